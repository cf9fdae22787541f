/** The page of a channel. */
export const channelHref = (channelId: string): string => `/streams/${encodeURIComponent(channelId)}`;
