// Types of kinds without published types.

/** Secrets Store CSI driver, with the parameters of Vault's provider. */
export interface ISecretProviderClass {
  apiVersion: 'secrets-store.csi.x-k8s.io/v1';
  kind: 'SecretProviderClass';
  metadata: { labels?: Record<string, string>; name: string; namespace?: string };
  spec: {
    parameters: { objects: string; roleName: string; vaultAddress: string };
    provider: 'vault';
  };
}
