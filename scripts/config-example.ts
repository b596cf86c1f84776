import { randomBytes } from 'node:crypto';

/** A valid production environment: what must be set, with values in the documented shape. Replace every one. */
const EXAMPLE: Record<string, string> = {
  REGAIN_PROFILE: 'production',
  PUBLIC_URL: 'https://recover.example.com',
  RP_ID: 'example.com',
  RP_ORIGINS: 'https://recover.example.com,https://login.example.com',
  TRUST_PROXY_HOPS: '1',
  ORGANISATION_NAME: 'Example',
  HELP_DESK_CONTACT: 'it-help@example.com',
  ADMIN_TOKEN: randomBytes(32).toString('base64url'),
  DATABASE_URL: 'postgresql://regain_app:change-me@postgres.internal:5432/regain',
  REDIS_URL: 'redis://valkey.internal:6379',
  S3_ENDPOINT: 'https://s3.internal',
  S3_BUCKET: 'regain',
  S3_ACCESS_KEY_ID: 'change-me',
  S3_SECRET_ACCESS_KEY: 'change-me',
  SMTP_URL: 'smtps://regain:change-me@mail.internal',
  MAIL_FROM: 'recovery@example.com',
  KEYRING_FILE: '/etc/regain/keyring.json',
  STAFF_ISSUER: 'https://idp.example.com',
  STAFF_AUDIENCE: 'regain',
  STAFF_JWKS_URL: 'https://idp.example.com/jwks.json',
  STAFF_CLIENT_ID: 'regain-console',
  STAFF_CLIENT_SECRET: 'change-me-change-me',
  STAFF_AUTHORIZATION_URL: 'https://idp.example.com/authorize',
  STAFF_TOKEN_URL: 'https://idp.example.com/token',
  PROVIDERS: 'local',
};

process.stdout.write(
  `${Object.entries(EXAMPLE)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`,
);
