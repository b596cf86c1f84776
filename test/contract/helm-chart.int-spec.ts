import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Deployment } from 'kubernetes-models/apps/v1';
import { HorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2';
import { CronJob, Job } from 'kubernetes-models/batch/v1';
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1';
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1';
import { Service } from 'kubernetes-models/v1';
import { parseAllDocuments } from 'yaml';
import { localEnvironment } from '../../providers/local/config.js';
import { Environment } from '../../src/platform/config/environment.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { METRIC_CATALOGUE } from '../../src/platform/telemetry/metric-catalogue.js';
import { helm } from '../support/helm.js';
import { inferenceMebibytes, mebibytes, OWN_MEBIBYTES } from '../support/memory-needed.js';

const CHART = packagePath('deploy/helm/regain');
const MODELS = { CronJob, Deployment, HorizontalPodAutoscaler, Job, NetworkPolicy, PodDisruptionBudget, Service };
const EVERYTHING = [
  'autoscaling.enabled=true',
  'serviceMonitor.enabled=true',
  'config.PUBLIC_URL=https://recover.example.org',
];

interface Manifest {
  apiVersion: string;
  kind: keyof typeof MODELS | 'ServiceMonitor';
  metadata: { name: string; labels?: Record<string, string> };
  spec: {
    replicas?: number;
    jobLabel?: string;
    selector: Record<string, unknown> & { matchLabels?: object };
    strategy?: { rollingUpdate: object };
    template?: { metadata: { labels: object }; spec: PodSpec };
    egress?: EgressRule[];
    schedule?: string;
    concurrencyPolicy?: string;
    jobTemplate?: { spec: { backoffLimit: number; template: { spec: PodSpec } } };
  };
}

interface EgressRule {
  ports?: { protocol: string; port: number }[];
  to?: { ipBlock?: { cidr: string; except?: string[] }; namespaceSelector?: object }[];
}

interface PodSpec {
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext: object;
  containers: [
    {
      name: string;
      command: string[];
      securityContext: object;
      env: { name: string; value?: string }[];
      resources?: { requests: { memory: string }; limits: { memory: string } };
    },
  ];
  volumes?: { name: string; emptyDir?: { sizeLimit: string } }[];
}

async function rendered(...settings: string[]): Promise<Manifest[]> {
  const text = await helm('template', 'recovery', CHART, ...settings.flatMap((setting) => ['--set', setting]));
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

const named = (manifests: Manifest[]): string[] =>
  manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort();

describe('the Helm chart', () => {
  let manifests: Manifest[];
  let podSpecs: PodSpec[];
  beforeAll(async () => {
    manifests = await rendered(...EVERYTHING);
    podSpecs = manifests.flatMap(({ spec }) => (spec.template ?? spec.jobTemplate?.spec.template)?.spec ?? []);
  });

  it('is clean by helm’s own rules', async () => {
    expect(await helm('lint', '--strict', CHART)).toContain('0 chart(s) failed');
  });

  it('renders what it promises, and less with the defaults', async () => {
    const always = [
      'CronJob recovery-decisions-replay',
      'Deployment recovery-api',
      'Deployment recovery-worker',
      'Job recovery-migrate',
      'NetworkPolicy recovery',
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
    expect(podSpecs).toHaveLength(4);
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

  it('probes both processes, and gives the owner of the schema to the migration alone', () => {
    const withOwner = podSpecs.filter((spec) => JSON.stringify(spec).includes('regain-owner'));
    expect(withOwner.map(({ containers }) => containers[0].name)).toEqual(['migrate']);
    for (const { spec } of manifests.filter(({ kind }) => kind === 'Deployment')) {
      expect(spec.template?.spec.containers[0]).toMatchObject({
        livenessProbe: { httpGet: { path: '/health/live' } },
        readinessProbe: { httpGet: { path: '/health/ready' } },
      });
      expect(spec.strategy?.rollingUpdate).toEqual({ maxSurge: 1, maxUnavailable: 0 });
    }
  });

  it('takes decisions again every night, once, without a key, and can be told not to', async () => {
    const cron = manifests.find(({ kind }) => kind === 'CronJob');
    expect(cron?.spec).toMatchObject({ schedule: '15 3 * * *', concurrencyPolicy: 'Forbid' });
    expect(cron?.spec.jobTemplate?.spec.backoffLimit).toBe(0);
    const pod = cron?.spec.jobTemplate?.spec.template.spec;
    expect(pod?.containers[0].command).toEqual(['node', 'dist/src/cli.js', 'decisions:replay']);
    expect(pod?.volumes).toBeUndefined();
    const [{ env, envFrom } = {}] = (pod?.containers ?? []) as { env?: unknown; envFrom?: unknown }[];
    const valueFrom = { secretKeyRef: { name: 'regain', key: 'DATABASE_URL' } };
    expect({ env, envFrom }).toEqual({ env: [{ name: 'DATABASE_URL', valueFrom }], envFrom: undefined });
    const without = await rendered('decisionsReplay.enabled=false');
    expect(without.map(({ kind }) => kind)).not.toContain('CronJob');
  });

  it('is watched by alerts that name it as the chart does', () => {
    const rules = readFileSync(packagePath('deploy/prometheus/alerts.yml'), 'utf8');
    const name = manifests.find(({ kind }) => kind === 'CronJob')?.metadata.name ?? '';
    const cronjobs = [...rules.matchAll(/cronjob=~"([^"]+)"/g)].map(([, pattern]) => new RegExp(`^(?:${pattern})$`));
    const jobs = [...rules.matchAll(/job_name=~"([^"]+)"/g)].map(([, pattern]) => new RegExp(`^(?:${pattern})$`));
    expect(cronjobs.length * jobs.length).toBeGreaterThan(0);
    for (const pattern of cronjobs) expect(name).toMatch(pattern);
    // As the controller of cron jobs calls what it starts.
    for (const pattern of jobs) expect(`${name}-29384715`).toMatch(pattern);
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

  describe('lets the service go where it has to, and nowhere else', () => {
    const policyOf = async (...settings: string[]): Promise<EgressRule[] | undefined> =>
      (await rendered(...settings)).find(({ kind }) => kind === 'NetworkPolicy')?.spec.egress;
    const portsOf = (rules: EgressRule[] = []): string[] =>
      rules.flatMap(({ ports = [] }) => ports.map(({ protocol, port }) => `${protocol} ${port}`));

    it('by port: DNS, database, queue, objects, mail, partners', async () => {
      const rules = await policyOf();
      expect(new Set(portsOf(rules))).toEqual(
        new Set(['TCP 53', 'UDP 53', 'TCP 5432', 'TCP 6379', 'TCP 443', 'TCP 465', 'TCP 587']),
      );
      expect(rules?.filter(({ ports }) => !ports?.length)).toEqual([]);
    });

    it('never to link-local addresses, where clouds keep credentials, but for names', async () => {
      const [, ...rest] = (await policyOf())?.sort((one) => (portsOf([one]).includes('UDP 53') ? -1 : 1)) ?? [];
      expect(rest).toHaveLength(5);
      for (const { to } of rest) {
        expect(to?.flatMap(({ ipBlock }) => ipBlock ?? [])).toEqual([
          { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] },
          { cidr: '::/0', except: expect.arrayContaining(['fe80::/10', 'fd00:ec2::254/128']) },
        ]);
        expect(to).toContainEqual({ namespaceSelector: {} });
      }
    });

    it('to peers and ports of one’s own where they are named', async () => {
      const rules = await policyOf(
        'networkPolicy.egress.objects.ports={9000}',
        'networkPolicy.egress.database.to[0].ipBlock.cidr=10.20.0.0/28',
        'networkPolicy.egress.idp.ports={8443}',
        'networkPolicy.egress.mail.ports=null',
      );
      const toDatabase = rules?.find((rule) => portsOf([rule]).includes('TCP 5432'));
      expect(toDatabase?.to).toEqual([{ ipBlock: { cidr: '10.20.0.0/28' } }]);
      expect(portsOf(rules)).toEqual(expect.arrayContaining(['TCP 9000', 'TCP 8443']));
      expect(portsOf(rules)).not.toContain('TCP 465');
    });

    it('anywhere when that is said', async () => {
      expect(await policyOf('networkPolicy.egressAnywhere=true')).toEqual([{}]);
    });
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
    const readme = readFileSync(packagePath('deploy/helm/regain/README.md'), 'utf8');
    expect(readme).toContain(`name: { as: ${name} }`);
    const [, asked] = /`max\((\w+)\)`/.exec(readme) ?? [];
    expect(told).toContain(asked);
  });
});
