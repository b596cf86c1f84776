import { parseAllDocuments } from 'yaml';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { helm } from './helm.js';

export const CHART = packagePath('deploy/helm/regain');

/** What the specs of the chart look at in a manifest; whether it is one at all, the schemas of Kubernetes say. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> };
  spec: {
    replicas?: number;
    jobLabel?: string;
    selector: Record<string, unknown> & { matchLabels?: object };
    podSelector?: { matchLabels: Record<string, string> };
    strategy?: { rollingUpdate: object };
    template?: { metadata: { labels: Record<string, string> }; spec: PodSpec };
    ingress?: { from: object[]; ports: { port: string }[] }[];
    egress?: EgressRule[];
    schedule?: string;
    suspend?: boolean;
    concurrencyPolicy?: string;
    activeDeadlineSeconds?: number;
    jobTemplate?: {
      spec: { backoffLimit: number; template: { metadata: { labels: Record<string, string> }; spec: PodSpec } };
    };
  };
}

export interface EgressRule {
  ports?: { protocol: string; port: number }[];
  to?: { ipBlock?: { cidr: string; except?: string[] }; namespaceSelector?: object }[];
}

export interface PodSpec {
  automountServiceAccountToken: boolean;
  terminationGracePeriodSeconds?: number;
  securityContext: object;
  containers: [
    {
      name: string;
      command: string[];
      securityContext: object;
      env: { name: string; value?: string }[];
      envFrom?: { secretRef: { name: string } }[];
      resources?: { requests: { memory: string }; limits: { memory: string } };
      volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
    },
  ];
  volumes?: { name: string; emptyDir?: { sizeLimit: string }; configMap?: { name: string } }[];
}

/** What helm makes of the chart with these values, each as for `--set`, as a release named `recovery`. */
export async function rendered(...settings: string[]): Promise<Manifest[]> {
  const text = await helm('template', 'recovery', CHART, ...settings.flatMap((setting) => ['--set', setting]));
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((manifest) => manifest !== null);
}

/** The pods of all of these, each with the labels that policies select it by. */
export const podsOf = (manifests: Manifest[]): { labels: Record<string, string>; pod: PodSpec }[] =>
  manifests.flatMap(({ spec }) => {
    const template = spec.template ?? spec.jobTemplate?.spec.template;
    return template ? [{ labels: template.metadata.labels, pod: template.spec }] : [];
  });
