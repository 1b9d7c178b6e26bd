{{/*
The pod template of a role: (dict "root" $ "role" "ingest" "startupSeconds" 300), with "state" set for RocksDB.
Only the state and /tmp, where libraries unpack native code, are writable.
*/}}
{{- define "fanfinity.pod" -}}
{{- $root := .root -}}
{{- $role := .role -}}
{{- $values := index $root.Values $role -}}
metadata:
  labels:
    {{- include "fanfinity.selector" $root | nindent 4 }}
    app.kubernetes.io/component: {{ $role }}
    app.kubernetes.io/part-of: fanfinity
    {{- with $root.Values.commonLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    fanfinity.com/settings-checksum: {{ include "fanfinity.settings" $root | sha256sum }}
    {{- with $root.Values.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  serviceAccountName: {{ include "fanfinity.fullname" $root }}-{{ $role }}
  automountServiceAccountToken: false
  # The service could mistake the variables of other Services for settings.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ include "fanfinity.graceSeconds" $root }}
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- range . }}
    - name: {{ . }}
    {{- end }}
  {{- end }}
  {{- with $root.Values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  topologySpreadConstraints:
    {{- $nodes := $root.Values.topologySpread.nodes }}
    {{- if .state }}{{ $nodes = $values.spreadOverNodes }}{{ end }}
    {{- range $key, $when := dict "topology.kubernetes.io/zone" $root.Values.topologySpread.zones "kubernetes.io/hostname" $nodes }}
    - maxSkew: 1
      topologyKey: {{ $key }}
      whenUnsatisfiable: {{ $when }}
      labelSelector:
        matchLabels:
          {{- include "fanfinity.selector" $root | nindent 10 }}
          app.kubernetes.io/component: {{ $role }}
      {{- if not $.state }}
      matchLabelKeys:
        - pod-template-hash
      {{- end }}
    {{- end }}
  containers:
    - name: service
      image: {{ include "fanfinity.image" $root | quote }}
      imagePullPolicy: {{ $root.Values.image.pullPolicy }}
      {{- if $root.Values.tracing.enabled }}
      # The agent's options, then the image's default arguments.
      args:
        - "@/app/agent/on.options"
        - -jar
        - /app/analytics.jar
      {{- end }}
      envFrom:
        - configMapRef:
            name: {{ include "fanfinity.fullname" $root }}-settings
      env:
        {{- include "fanfinity.env" . | nindent 8 }}
      ports:
        - name: http
          containerPort: 8080
        - name: ops
          containerPort: 8082
        {{- if .state }}
        - name: internal
          containerPort: 8081
        {{- end }}
      startupProbe:
        httpGet:
          path: /health/startup
          port: ops
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: {{ div .startupSeconds 5 }}
      readinessProbe:
        httpGet:
          path: /health/ready
          port: ops
        periodSeconds: 5
        timeoutSeconds: 3
        failureThreshold: 2
      # A long timeout, because a busy JVM must not be killed. It would have to start its restore again.
      livenessProbe:
        httpGet:
          path: /health/live
          port: ops
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      lifecycle:
        preStop:
          sleep:
            seconds: {{ $root.Values.shutdown.preStopSeconds }}
      resources:
        {{- toYaml $values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        privileged: false
        readOnlyRootFilesystem: true
        runAsNonRoot: true
        capabilities:
          drop:
            - ALL
      volumeMounts:
        - name: tmp
          mountPath: /tmp
        - name: secrets
          mountPath: /etc/fanfinity/secrets
          readOnly: true
        {{- if .state }}
        - name: state
          mountPath: /var/lib/fanfinity
        {{- end }}
  volumes:
    - name: tmp
      emptyDir:
        sizeLimit: 256Mi
    - name: secrets
      {{- if eq $root.Values.secrets.source "vault" }}
      csi:
        driver: secrets-store.csi.k8s.io
        readOnly: true
        volumeAttributes:
          secretProviderClass: {{ include "fanfinity.fullname" $root }}-secrets
      {{- else }}
      secret:
        secretName: {{ include "fanfinity.secretName" $root }}
        # Octal 0440.
        defaultMode: 288
        items:
          {{- range $setting, $key := include "fanfinity.secretFiles" $root | fromJson }}
          - key: {{ $key }}
            path: {{ $key }}
          {{- end }}
      {{- end }}
    {{- if and .state (not $values.persistence.enabled) }}
    - name: state
      emptyDir:
        sizeLimit: {{ $values.persistence.emptyDirSize }}
    {{- end }}
{{- end }}

{{/* The settings of one role, in addition to the common ones. */}}
{{- define "fanfinity.env" -}}
{{- $values := index .root.Values .role -}}
- name: ROLES
  value: {{ .role }}
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
- name: INTERNAL_PEERS
  value: {{ include "fanfinity.fullname" .root }}-streams.$(POD_NAMESPACE).svc.{{ .root.Values.clusterDomain }}
- name: ALLOWED_HOSTS
  value: {{ include "fanfinity.allowedHosts" .root | quote }}
{{- if .state }}
# Other instances query only those with state. They use the pod name, which stays the same for a volume.
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: INTERNAL_HOST
  value: 0.0.0.0
- name: INTERNAL_ADVERTISED_HOST
  value: $(POD_NAME).{{ include "fanfinity.fullname" .root }}-streams.$(POD_NAMESPACE).svc.{{ .root.Values.clusterDomain }}
- name: STATE_DIR
  value: /var/lib/fanfinity/streams
- name: STREAMS_THREADS
  value: {{ $values.threads | quote }}
- name: STREAMS_STANDBYS
  value: {{ $values.standbys | quote }}
{{- end }}
{{- range $name, $value := $values.settings }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}

{{/* The names by which clients may call the service: those of its Services, and the host of the Ingress. */}}
{{- define "fanfinity.allowedHosts" -}}
{{- $names := .Values.allowedHosts -}}
{{- if .Values.ingress.enabled }}{{ $names = append $names .Values.ingress.host }}{{ end -}}
{{- range $role := (include "fanfinity.roles" . | fromJson).on -}}
{{- $service := printf "%s-%s" (include "fanfinity.fullname" $) $role -}}
{{- $names = concat $names (list $service (printf "%s.$(POD_NAMESPACE)" $service) (printf "%s.$(POD_NAMESPACE).svc" $service) (printf "%s.$(POD_NAMESPACE).svc.%s" $service $.Values.clusterDomain)) -}}
{{- end -}}
{{- join "," $names -}}
{{- end }}

{{/* The settings that all roles share. */}}
{{- define "fanfinity.settings" -}}
HTTP_HOST: 0.0.0.0
HTTP_PORT: "8080"
INTERNAL_PORT: "8081"
OPS_HOST: 0.0.0.0
OPS_PORT: "8082"
LOG_LEVEL: {{ .Values.logLevel | quote }}
SHUTDOWN_TIMEOUT: {{ .Values.shutdown.timeoutSeconds }}s
KAFKA_BOOTSTRAP_SERVERS: {{ .Values.kafka.bootstrapServers | quote }}
KAFKA_PARTITIONS: {{ .Values.kafka.partitions | quote }}
KAFKA_REPLICATION_FACTOR: {{ .Values.kafka.replicationFactor | quote }}
KAFKA_TOPIC_PREFIX: {{ .Values.kafka.topicPrefix | quote }}
CLICKHOUSE_URL: {{ .Values.clickhouse.url | quote }}
CLICKHOUSE_DATABASE: {{ .Values.clickhouse.database | quote }}
CLICKHOUSE_USER: {{ .Values.clickhouse.user | quote }}
{{- with .Values.trustedProxies }}
TRUSTED_PROXIES: {{ join "," . | quote }}
{{- end }}
{{- with .Values.clickhouse.readUser }}
CLICKHOUSE_READ_USER: {{ . | quote }}
{{- end }}
{{- if .Values.tracing.enabled }}
OTEL_EXPORTER_OTLP_ENDPOINT: {{ .Values.tracing.endpoint | quote }}
OTEL_TRACES_SAMPLER_ARG: {{ .Values.tracing.ratio | quote }}
{{- end }}
{{- range $setting, $key := include "fanfinity.secretFiles" . | fromJson }}
{{ $setting }}: /etc/fanfinity/secrets/{{ $key }}
{{- end }}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end }}
