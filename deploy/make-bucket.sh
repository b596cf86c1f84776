#!/bin/sh
# Makes the bucket, and the account the service uses it with: one that may do what object-store-policy.json says and
# nothing else. The store's root account stays with this job. Can be run again.
set -eu
mc alias set store http://objects:9000 "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD"
mc mb --ignore-existing store/regain
mc admin policy create store regain-pictures /policy.json
mc admin user add store "$S3_ACCESS_KEY_ID" "$S3_SECRET_ACCESS_KEY"
# To attach a policy a second time is an error.
case "$(mc admin user info store "$S3_ACCESS_KEY_ID")" in
  *regain-pictures*) ;;
  *) mc admin policy attach store regain-pictures --user "$S3_ACCESS_KEY_ID" ;;
esac
