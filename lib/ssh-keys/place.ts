/** Where a private key is kept: one moved to another row does not decrypt. */
export const keyPlace = (id: number): string => `ssh_keys:private_key:${id}`;
