/** Quiet buttons at the foot of the sidebar and of the sign-in page; `data-label` parts leave when the sidebar is narrow. */
export const FOOTER_BUTTON =
  "inline-flex h-7 items-center gap-1.5 rounded-md px-1.5 text-xs font-medium text-foreground-2 transition-colors hover:bg-hover hover:text-foreground max-md:h-9 max-md:px-2";
