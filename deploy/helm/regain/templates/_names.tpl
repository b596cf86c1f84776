{{- define "regain.labels" -}}
app.kubernetes.io/name: regain
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "regain.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end }}

{{/* What every pod of ours may not do. */}}
{{- define "regain.podSecurity" -}}
runAsNonRoot: true
runAsUser: 1000
runAsGroup: 1000
fsGroup: 1000
seccompProfile: { type: RuntimeDefault }
{{- end }}
{{- define "regain.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
privileged: false
capabilities: { drop: [ALL] }
{{- end }}

{{- define "regain.environment" -}}
- { name: REGAIN_PROFILE, value: production }
- { name: BIND_ADDRESS, value: 0.0.0.0 }
- { name: KEYRING_FILE, value: /keys/keyring.json }
{{- range $name, $value := .Values.config }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{- define "regain.volumes" -}}
- name: keys
  secret: { secretName: {{ .Values.keyRingSecretName }}, defaultMode: 0440 }
- name: tmp
  emptyDir: { medium: Memory, sizeLimit: 128Mi }
{{- end }}

{{/* Authorities of one's own: in every pod alike, or in none. */}}
{{- define "regain.trustEnvironment" -}}
{{- if .Values.trust.configMapName -}}
- { name: NODE_EXTRA_CA_CERTS, value: {{ printf "/trust/%s" .Values.trust.file | quote }} }
{{- end }}
{{- end }}
{{- define "regain.trustMount" -}}
{{- if .Values.trust.configMapName -}}
- { name: trust, mountPath: /trust, readOnly: true }
{{- end }}
{{- end }}
{{- define "regain.trustVolume" -}}
{{- if .Values.trust.configMapName -}}
- name: trust
  configMap: { name: {{ .Values.trust.configMapName }} }
{{- end }}
{{- end }}
