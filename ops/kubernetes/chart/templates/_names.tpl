{{- define "fanfinity.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* The prefix of all names. 45 characters leave room for the longest suffix. */}}
{{- define "fanfinity.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 45 | trimSuffix "-" }}
{{- else if contains (include "fanfinity.name" .) .Release.Name -}}
{{- .Release.Name | trunc 45 | trimSuffix "-" }}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "fanfinity.name" .) | trunc 45 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{/* The enabled roles, as a JSON object with the list `on`. */}}
{{- define "fanfinity.roles" -}}
{{- $on := list -}}
{{- range list "ingest" "streams" "live" "sink" -}}
{{- if (index $.Values .).enabled -}}{{- $on = append $on . -}}{{- end -}}
{{- end -}}
{{- dict "on" $on | toJson -}}
{{- end }}

{{- define "fanfinity.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end }}

{{/* The selector labels of pods. They must never change for a release. */}}
{{- define "fanfinity.selector" -}}
app.kubernetes.io/name: {{ include "fanfinity.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* The selector labels of backup pods. */}}
{{- define "fanfinity.backupSelector" -}}
app.kubernetes.io/name: {{ include "fanfinity.name" . | trunc 56 | trimSuffix "-" }}-backup
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "fanfinity.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{ include "fanfinity.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: fanfinity
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The metadata of an object: (dict "root" $ "role" "ingest"). The role is optional; "suffix" sets the suffix. */}}
{{- define "fanfinity.metadata" -}}
{{- $end := default .role .suffix -}}
name: {{ include "fanfinity.fullname" .root }}{{ with $end }}-{{ . }}{{ end }}
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "fanfinity.labels" .root | nindent 2 }}
  {{- with .role }}
  app.kubernetes.io/component: {{ . }}
  {{- end }}
{{- end }}

{{- define "fanfinity.secretName" -}}
{{- default (printf "%s-secrets" (include "fanfinity.fullname" .)) .Values.secrets.name -}}
{{- end }}

{{/* The keys in use, as JSON: setting that names the file → key. */}}
{{- define "fanfinity.secretFiles" -}}
{{- $files := dict -}}
{{- range $setting, $key := dict "INTERNAL_SECRET_FILE" .Values.secrets.keys.internalSecret "CLICKHOUSE_PASSWORD_FILE" .Values.secrets.keys.clickhousePassword "API_KEYS_FILE" .Values.secrets.keys.apiKeys "JWT_JWKS_FILE" .Values.secrets.keys.jwks "ADMIN_KEY_FILE" .Values.secrets.keys.adminKey "INTERNAL_SECRET_SECOND_FILE" .Values.secrets.keys.internalSecretSecond "CLICKHOUSE_READ_PASSWORD_FILE" .Values.secrets.keys.clickhouseReadPassword "CLICKHOUSE_CA_FILE" .Values.secrets.keys.clickhouseCa "KAFKA_PASSWORD_FILE" .Values.secrets.keys.kafkaPassword "KAFKA_CA_FILE" .Values.secrets.keys.kafkaCa "KAFKA_CERT_FILE" .Values.secrets.keys.kafkaCert "KAFKA_KEY_FILE" .Values.secrets.keys.kafkaKey "KAFKA_CLIENT_CONFIG_FILE" .Values.secrets.keys.kafkaClientConfig -}}
{{- if $key -}}{{- $_ := set $files $setting $key -}}{{- end -}}
{{- end -}}
{{- $files | toJson -}}
{{- end }}

{{- define "fanfinity.graceSeconds" -}}
{{- add .Values.shutdown.preStopSeconds .Values.shutdown.timeoutSeconds .Values.shutdown.marginSeconds -}}
{{- end }}
