import { beforeAll, describe, expect, it } from '@jest/globals';
import { podsOf, rendered, type EgressRule, type Manifest } from '../support/chart-manifests.js';

const COMPONENT = 'app.kubernetes.io/component';
const DATABASE_ALONE = new Set(['TCP 53', 'UDP 53', 'TCP 5432']);
const HTTPS = 'TCP 443';
const QUEUE = 'TCP 6379';
const MAIL = ['TCP 465', 'TCP 587'];

const portsOf = (rules: EgressRule[] = []): string[] =>
  rules.flatMap(({ ports = [] }) => ports.map(({ protocol, port }) => `${protocol} ${port}`));

const policies = (manifests: Manifest[]): Manifest[] => manifests.filter(({ kind }) => kind === 'NetworkPolicy');

/** What one kind of pod may reach. */
function waysOf(component: string, manifests: Manifest[]): EgressRule[] | undefined {
  return policies(manifests).find(({ metadata }) => metadata.name === `recovery-${component}`)?.spec.egress;
}

describe('the Helm chart lets each process go where it has to, and nowhere else', () => {
  let manifests: Manifest[];
  beforeAll(async () => {
    manifests = await rendered();
  });

  it('one policy for each kind of pod', () => {
    const selected = policies(manifests).map(({ spec }) => spec.podSelector?.matchLabels[COMPONENT]);
    expect(selected.sort()).toEqual(
      podsOf(manifests)
        .map(({ labels }) => labels[COMPONENT])
        .sort(),
    );
    for (const { labels } of podsOf(manifests)) {
      const [only, ...more] = policies(manifests).filter(({ spec }) =>
        Object.entries(spec.podSelector?.matchLabels ?? {}).every(([name, value]) => labels[name] === value),
      );
      expect([only?.metadata.name, more]).toEqual([`recovery-${labels[COMPONENT]}`, []]);
    }
  });

  it('by port: DNS, database, objects, partners; the queue and mail for workers alone', () => {
    expect(new Set(portsOf(waysOf('api', manifests)))).toEqual(new Set([...DATABASE_ALONE, HTTPS]));
    expect(new Set(portsOf(waysOf('worker', manifests)))).toEqual(new Set([...DATABASE_ALONE, HTTPS, QUEUE, ...MAIL]));
    for (const { spec } of policies(manifests)) expect(spec.egress?.filter(({ ports }) => !ports?.length)).toEqual([]);
  });

  it('the migration and the nightly replay to the database alone, the operator’s pod wherever a process may', () => {
    for (const component of ['migrate', 'decisions-replay'])
      expect([component, new Set(portsOf(waysOf(component, manifests)))]).toEqual([component, DATABASE_ALONE]);
    const both = [...portsOf(waysOf('api', manifests)), ...portsOf(waysOf('worker', manifests))];
    expect(new Set(portsOf(waysOf('operator', manifests)))).toEqual(new Set(both));
  });

  it('the migration from before its job is made, until it has ended', () => {
    const hooked = manifests.filter(({ metadata }) => metadata.annotations?.['helm.sh/hook']);
    const [policy, job] = hooked.sort((one) => (one.kind === 'NetworkPolicy' ? -1 : 1));
    expect([policy?.metadata.name, job?.kind]).toEqual(['recovery-migrate', 'Job']);
    const { 'helm.sh/hook-weight': before, ...same } = policy?.metadata.annotations ?? {};
    const { 'helm.sh/hook-weight': at = '0', ...own } = job?.metadata.annotations ?? {};
    expect(same).toEqual(own);
    expect(own).toEqual({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
    });
    expect(Number(before)).toBeLessThan(Number(at));
  });

  it('lets the proxy into the API and Prometheus into both, and nobody into anything else', async () => {
    const into = policies(manifests).map(({ metadata, spec }) => [
      metadata.name.replace('recovery-', ''),
      spec.ingress?.flatMap(({ ports }) => ports.map(({ port }) => port)),
    ]);
    expect(Object.fromEntries(into)).toEqual({
      api: ['http', 'admin'],
      worker: ['admin'],
      migrate: undefined,
      'decisions-replay': undefined,
      operator: undefined,
    });
    // An empty list of peers is everybody.
    for (const peers of ['ingressFrom', 'adminFrom'])
      await expect(rendered(`networkPolicy.${peers}=null`)).rejects.toThrow('an empty list lets everybody in');
  });

  it('never to link-local addresses, where clouds keep credentials, but for names', () => {
    for (const { spec } of policies(manifests)) {
      const rest = spec.egress?.filter((rule) => !portsOf([rule]).includes('UDP 53')) ?? [];
      expect(rest.length).toBeGreaterThan(0);
      for (const { to } of rest) {
        expect(to?.flatMap(({ ipBlock }) => ipBlock ?? [])).toEqual([
          { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] },
          { cidr: '::/0', except: expect.arrayContaining(['fe80::/10', 'fd00:ec2::254/128']) },
        ]);
        expect(to).toContainEqual({ namespaceSelector: {} });
      }
    }
  });

  it('to peers and ports of one’s own where they are named, for one process or for both', async () => {
    const own = await rendered(
      'networkPolicy.egress.objects.ports={9000}',
      'networkPolicy.egress.database.to[0].ipBlock.cidr=10.20.0.0/28',
      'networkPolicy.egress.idp.ports={8443}',
      'networkPolicy.egress.idp.by={api}',
      'networkPolicy.egress.mail.ports=null',
    );
    for (const { spec } of policies(own)) {
      const toDatabase = spec.egress?.find((rule) => portsOf([rule]).includes('TCP 5432'));
      expect(toDatabase?.to).toEqual([{ ipBlock: { cidr: '10.20.0.0/28' } }]);
    }
    const [api, worker] = [portsOf(waysOf('api', own)), portsOf(waysOf('worker', own))];
    expect(api).toEqual(expect.arrayContaining(['TCP 9000', 'TCP 8443']));
    expect(worker).toContain('TCP 9000');
    for (const port of ['TCP 8443', 'TCP 465']) expect(worker).not.toContain(port);
  });

  it('anywhere when that is said', async () => {
    for (const { spec } of policies(await rendered('networkPolicy.egressAnywhere=true')))
      expect(spec.egress).toEqual([{}]);
  });
});
