import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { CronJob, Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service } from 'kubernetes-models/v1';
import { parse } from 'yaml';
import { localEnvironment } from '../../providers/local/config.js';
import { Environment } from '../../src/platform/config/environment.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { METRIC_CATALOGUE } from '../../src/platform/telemetry/metric-catalogue.js';
import { CHART, podsOf, rendered, type Manifest, type PodSpec } from '../support/chart-manifests.js';
import { helm } from '../support/helm.js';
import { inferenceMebibytes, mebibytes, OWN_MEBIBYTES } from '../support/memory-needed.js';

const MODELS = { CronJob, Deployment, HorizontalPodAutoscaler, Job, NetworkPolicy, PodDisruptionBudget, Service };
const EVERYTHING = [
  'autoscaling.enabled=true',
  'serviceMonitor.enabled=true',
  'config.PUBLIC_URL=https://recover.example.org',
];

const named = (manifests: Manifest[]): string[] =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();

const secretRef = (name: string) => ({ secretRef: { name } });

describe('the Helm chart', () => {
  let manifests: Manifest[];
  let podSpecs: PodSpec[];
  const podOf = (component: string, of = manifests): PodSpec =>
    podsOf(of).find(({ labels }) => labels['app.kubernetes.io/component'] === component)?.pod as PodSpec;
  beforeAll(async () => {
    manifests = await rendered(...EVERYTHING);
    podSpecs = podsOf(manifests).map(({ pod }) => pod);
  });

  it('is clean by helm’s own rules', async () => {
    expect(await helm('lint', '--strict', CHART)).toContain('0 chart(s) failed');
  });

  it('renders what it promises, and less with the defaults', async () => {
    const always = [
      'CronJob recovery-decisions-replay',
      'CronJob recovery-operator',
      'Deployment recovery-api',
      'Deployment recovery-worker',
      'Job recovery-migrate',
      'NetworkPolicy recovery-api',
      'NetworkPolicy recovery-decisions-replay',
      'NetworkPolicy recovery-migrate',
      'NetworkPolicy recovery-operator',
      'NetworkPolicy recovery-worker',
      'PodDisruptionBudget recovery-api',
      'PodDisruptionBudget recovery-worker',
      'Service recovery',
    ];
    expect(named(await rendered())).toEqual(always);
    const more = ['HorizontalPodAutoscaler recovery-worker', 'Service recovery-admin', 'ServiceMonitor recovery'];
    expect(named(manifests)).toEqual([...always, ...more].sort());
  });

  it('is scraped as the job that the alert rules ask for', () => {
    const monitor = manifests.find(({ kind }) => kind === 'ServiceMonitor') as Manifest;
    const service = manifests.find(({ metadata }) => metadata.name === 'recovery-admin') as Manifest;
    expect(service.metadata.labels?.[monitor.spec.jobLabel ?? '']).toBe('regain');
  });

  it('agrees with the schemas of Kubernetes', () => {
    for (const manifest of manifests.filter(({ kind }) => kind !== 'ServiceMonitor')) {
      const Model = MODELS[manifest.kind as keyof typeof MODELS];
      const { apiVersion, ...rest } = manifest;
      const model = new Model(rest as never);
      expect([manifest.kind, apiVersion]).toEqual([manifest.kind, model.apiVersion]);
      expect(() => model.validate()).not.toThrow();
    }
    const broken = manifests.find(({ kind }) => kind === 'Deployment') as Manifest;
    const wrong = { ...broken, spec: { ...broken.spec, replicas: 'two' } };
    expect(() => new Deployment(wrong as never).validate()).toThrow();
  });

  it('runs nothing as root, nothing that writes, nothing with a capability', () => {
    expect(podSpecs).toHaveLength(5);
    for (const { securityContext, containers, automountServiceAccountToken } of podSpecs) {
      expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
      expect(automountServiceAccountToken).toBe(false);
      expect(containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        privileged: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  });

  it('gives each process the memory that it, its pictures and its checks may take', () => {
    for (const { spec } of manifests.filter(({ kind }) => kind === 'Deployment')) {
      const { containers, volumes } = spec.template?.spec as PodSpec;
      const [{ env, resources }] = containers;
      const settings = localEnvironment.parse(Object.fromEntries(env.map(({ name, value }) => [name, value])));
      const files = mebibytes(volumes?.find(({ name }) => name === 'tmp')?.emptyDir?.sizeLimit);
      const { most, usual } = inferenceMebibytes(settings);
      expect(mebibytes(resources?.limits.memory)).toBeGreaterThanOrEqual(OWN_MEBIBYTES + files + most);
      expect(mebibytes(resources?.requests.memory)).toBeGreaterThanOrEqual(256 + usual);
    }
  });

  it('probes both processes, and gives the owner of the schema to neither', () => {
    const withOwner = podSpecs.filter((spec) => JSON.stringify(spec).includes('regain-owner'));
    expect(withOwner.map(({ containers }) => containers[0].name).sort()).toEqual(['migrate', 'operator']);
    for (const { spec } of manifests.filter(({ kind }) => kind === 'Deployment')) {
      expect(spec.template?.spec.containers[0]).toMatchObject({
        livenessProbe: { httpGet: { path: '/health/live' } },
        readinessProbe: { httpGet: { path: '/health/ready' } },
      });
      expect(spec.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    }
  });

  it('takes decisions again every night, once, without a key, and can be told not to', async () => {
    const cron = manifests.find(
      ({ kind, metadata }) => kind === 'CronJob' && metadata.name === 'recovery-decisions-replay',
    );
    expect(cron?.spec).toMatchObject({ schedule: '15 3 * * *', concurrencyPolicy: 'Forbid' });
    expect(cron?.spec.jobTemplate?.spec.backoffLimit).toBe(0);
    const pod = cron?.spec.jobTemplate?.spec.template.spec;
    expect(pod?.containers[0].command).toEqual(['node', 'dist/src/cli.js', 'decisions', 'replay']);
    expect(pod?.volumes).toBeUndefined();
    const [{ env, envFrom } = {}] = (pod?.containers ?? []) as { env?: unknown; envFrom?: unknown }[];
    const valueFrom = { secretKeyRef: { name: 'regain', key: 'DATABASE_URL' } };
    expect({ env, envFrom }).toEqual({ env: [{ name: 'DATABASE_URL', valueFrom }], envFrom: undefined });
    const without = await rendered('decisionsReplay.enabled=false');
    expect(named(without)).not.toContain('CronJob recovery-decisions-replay');
  });

  it('is watched by alerts that name it as the chart does', () => {
    const rules = readFileSync(packagePath('deploy/prometheus/alerts.yml'), 'utf8');
    const name = 'recovery-decisions-replay';
    expect(named(manifests)).toContain(`CronJob ${name}`);
    const cronjobs = [...rules.matchAll(/cronjob=~"([^"]+)"/g)].map(([, pattern]) => new RegExp(`^(?:${pattern})$`));
    const jobs = [...rules.matchAll(/job_name=~"([^"]+)"/g)].map(([, pattern]) => new RegExp(`^(?:${pattern})$`));
    expect(cronjobs.length * jobs.length).toBeGreaterThan(0);
    for (const pattern of cronjobs) expect(name).toMatch(pattern);
    // As the controller of cron jobs calls what it starts.
    for (const pattern of jobs) expect(`${name}-29384715`).toMatch(pattern);
  });

  it('keeps no node from being emptied: neither one pod alone nor one that is not ready', () => {
    const budgets = manifests.filter(({ kind }) => kind === 'PodDisruptionBudget');
    expect(budgets).toHaveLength(2);
    for (const { spec } of budgets)
      expect(spec).toEqual({
        maxUnavailable: 1,
        unhealthyPodEvictionPolicy: 'AlwaysAllow',
        selector: expect.anything(),
      });
  });

  it('is installed by a command that waits as long as a migration may take', () => {
    const job = manifests.find(({ kind }) => kind === 'Job');
    const readme = readFileSync(packagePath('deploy/helm/regain/README.md'), 'utf8');
    const [, minutes] = /helm upgrade --install .*--timeout (\d+)m/.exec(readme) ?? [];
    expect(Number(minutes) * 60).toBeGreaterThan(job?.spec.activeDeadlineSeconds ?? Infinity);
  });

  it('waits for a drain as long as it was told to last', async () => {
    const grace = (of: Manifest[]): unknown[] =>
      of
        .filter(({ kind }) => kind === 'Deployment')
        .map(({ spec, metadata }) => [metadata.name, spec.template?.spec.terminationGracePeriodSeconds]);
    expect(grace(manifests)).toEqual([
      ['recovery-api', 35],
      ['recovery-worker', 30],
    ]);
    expect(grace(await rendered('config.DRAIN_SECONDS=20'))).toEqual([
      ['recovery-api', 50],
      ['recovery-worker', 30],
    ]);
  });

  it('selects its own pods, and sets only variables the service reads', () => {
    const labels = (component: string): object => ({ 'app.kubernetes.io/component': component });
    const [service] = manifests.filter(({ kind, metadata }) => kind === 'Service' && metadata.name === 'recovery');
    expect(service?.spec.selector).toMatchObject(labels('api'));
    for (const { metadata, spec } of manifests.filter(({ kind }) => kind === 'Deployment')) {
      expect(spec.template?.metadata.labels).toMatchObject(spec.selector.matchLabels ?? {});
      expect(spec.selector.matchLabels).toMatchObject(labels(metadata.name.replace('recovery-', '')));
    }
    const variables = podSpecs.flatMap(({ containers }) => containers[0].env);
    for (const { name } of variables) expect(Object.keys(Environment.shape)).toContain(name);
  });

  it('has a place for an operator’s commands, which nothing starts by itself, with all that they may need', () => {
    const operator = manifests.find(
      ({ metadata, kind }) => kind === 'CronJob' && metadata.name === 'recovery-operator',
    );
    expect(operator?.spec).toMatchObject({ suspend: true, concurrencyPolicy: 'Forbid' });
    const [{ command, env, envFrom, volumeMounts }] = podOf('operator').containers;
    expect(command).toEqual(['sleep', 'infinity']);
    expect(envFrom).toEqual(['regain', 'regain-api', 'regain-worker', 'regain-owner'].map(secretRef));
    expect(env).toContainEqual({ name: 'KEYRING_FILE', value: '/keys/keyring.json' });
    expect(volumeMounts).toContainEqual({ name: 'keys', mountPath: '/keys', readOnly: true });
    const readme = readFileSync(packagePath('deploy/helm/regain/README.md'), 'utf8');
    expect(readme).toContain('--from=cronjob/regain-operator');
  });

  it('gives each process what both need and what is its own, and can be told that there is nothing of its own', async () => {
    const secrets = (of: Manifest[], component: string) => podOf(component, of).containers[0].envFrom;
    expect(secrets(manifests, 'api')).toEqual([secretRef('regain'), secretRef('regain-api')]);
    expect(secrets(manifests, 'worker')).toEqual([secretRef('regain'), secretRef('regain-worker')]);
    const one = await rendered('apiSecretName=', 'workerSecretName=');
    for (const component of ['api', 'worker']) expect(secrets(one, component)).toEqual([secretRef('regain')]);
    expect(secrets(one, 'operator')).toEqual([secretRef('regain'), secretRef('regain-owner')]);
  });

  it('trusts authorities of one’s own in every pod, and in none where there are none', async () => {
    const trusting = podsOf(await rendered('trust.configMapName=bank-authorities', 'trust.file=bank.pem'));
    expect(trusting).toHaveLength(5);
    for (const { pod } of trusting) {
      const [{ env, volumeMounts }] = pod.containers;
      expect(env).toContainEqual({ name: 'NODE_EXTRA_CA_CERTS', value: '/trust/bank.pem' });
      expect(volumeMounts).toContainEqual({ name: 'trust', mountPath: '/trust', readOnly: true });
      expect(pod.volumes).toContainEqual({ name: 'trust', configMap: { name: 'bank-authorities' } });
    }
    expect(JSON.stringify(podSpecs)).not.toMatch(/trust|NODE_EXTRA/);
  });

  it('lets the autoscaler count the workers when it is on', () => {
    const replicas = (name: string): unknown =>
      manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name)?.spec.replicas;
    expect([replicas('recovery-api'), replicas('recovery-worker')]).toEqual([2, undefined]);
  });

  it('scales on the one greatest age: a scaler adds up what every worker tells', async () => {
    const [scaler] = (await rendered(...EVERYTHING)).filter(({ kind }) => kind === 'HorizontalPodAutoscaler');
    const [, name] = /"name":"(regain_\w+)"/.exec(JSON.stringify(scaler)) ?? [];
    const told = Object.keys(METRIC_CATALOGUE);
    expect(told).not.toContain(name);
    const adapter = parse(readFileSync(packagePath('deploy/prometheus-adapter.yaml'), 'utf8'));
    const [{ seriesQuery, name: given, metricsQuery }] = adapter.rules.external;
    expect(told).toContain(seriesQuery);
    expect(given).toEqual({ as: name });
    expect(metricsQuery).toBe('max(<<.Series>>{<<.LabelMatchers>>})');
    expect(readFileSync(packagePath('deploy/helm/regain/README.md'), 'utf8')).toContain(`max(${seriesQuery})`);
  });
});
