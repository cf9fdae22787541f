"use client";
import { Search } from "lucide-react";
import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Input } from "../ui/input";
import { Kbd } from "../ui/kbd";

/** Long enough that a word is typed at once. */
const PAUSE_MS = 200;

interface SearchBoxProps {
  /** What it holds now. */
  search: string;
  /** What it searches. */
  label?: string;
  /** Keeps what is searched, instead of asking for the page anew. */
  onAsk?(search: string): void;
}

/** Searches while one types; the address (`?q`) keeps what is searched. */
export function SearchBox({ search, label, onAsk }: SearchBoxProps) {
  const t = useTranslations("servers");
  const name = label ?? t("search");
  const router = useRouter();
  const path = usePathname();
  const [text, setText] = useState(search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const asked = useRef(search);

  // Back, a removed chip or "clear" change the address from elsewhere.
  useEffect(() => {
    if (search === asked.current) return;
    asked.current = search;
    setText(search);
  }, [search]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const ask = (next: string) => {
    asked.current = next.trim();
    if (onAsk) return onAsk(asked.current);
    // The address as it is by then: a filter may have been chosen meanwhile.
    const params = new URLSearchParams(window.location.search);
    params.delete("page");
    if (asked.current) params.set("q", asked.current);
    else params.delete("q");
    router.replace(params.size > 0 ? `${path}?${params}` : path, { scroll: false });
  };
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => ask(next), PAUSE_MS);
  };
  return (
    <div className="relative w-[212px] max-md:flex-1">
      <Search aria-hidden className="icon-14 absolute top-1/2 left-2.5 -translate-y-1/2 text-muted-foreground" />
      <Input
        type="search"
        aria-label={name}
        aria-keyshortcuts="/"
        placeholder={name}
        value={text}
        onChange={(event) => type(event.target.value)}
        className="peer h-[30px] pr-8 pl-8"
      />
      <Kbd className="pointer-events-none absolute top-1/2 right-1.5 -translate-y-1/2 peer-focus:hidden peer-[:not(:placeholder-shown)]:hidden max-md:hidden">
        {"/"}
      </Kbd>
    </div>
  );
}
