#!/bin/sh
# Makes the bucket, and the two accounts the service uses it with: the workers' may do what object-store-policy.json says,
# the API's what object-store-policy-api.json says, and neither anything else. The store's root account stays with this job.
# Can be run again.
set -eu
mc alias set store http://objects:9000 "$MINIO_ROOT_USER" "$MINIO_ROOT_PASSWORD"
mc mb --ignore-existing store/regain

# account KEY SECRET POLICY FILE
account() {
  mc admin policy create store "$3" "$4"
  mc admin user add store "$1" "$2"
  # To attach a policy a second time is an error. Names of policies are none that an account would have.
  case "$(mc admin user info store "$1")" in
    *"$3"*) ;;
    *) mc admin policy attach store "$3" --user "$1" ;;
  esac
}
account "$S3_ACCESS_KEY_ID" "$S3_SECRET_ACCESS_KEY" regain-rights-of-workers /policy.json
account "$API_S3_ACCESS_KEY_ID" "$API_S3_SECRET_ACCESS_KEY" regain-rights-of-api /policy-api.json
