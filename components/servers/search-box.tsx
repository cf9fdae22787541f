"use client";
import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef, useState } from "react";
import { Input } from "../ui/input";
import { Kbd } from "../ui/kbd";
import { type ListQuery, listHref } from "./arrange";

/** Long enough that a word is typed at once. */
const PAUSE_MS = 200;

/** Searches while one types; the address keeps what was searched. */
export function SearchBox({ query }: { query: ListQuery }) {
  const t = useTranslations("servers");
  const router = useRouter();
  const [text, setText] = useState(query.search);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const shown = useRef(query.search);

  // Back, a removed chip or "clear" change the address from elsewhere.
  useEffect(() => {
    if (query.search === shown.current) return;
    shown.current = query.search;
    setText(query.search);
  }, [query.search]);
  useEffect(() => () => clearTimeout(timer.current), []);

  const search = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      shown.current = next.trim();
      router.replace(listHref(query, { search: next.trim() }), { scroll: false });
    }, PAUSE_MS);
  };
  return (
    <div className="relative w-[212px] max-md:flex-1">
      <Search aria-hidden className="icon-14 absolute top-1/2 left-2.5 -translate-y-1/2 text-muted-foreground" />
      <Input
        type="search"
        aria-label={t("search")}
        aria-keyshortcuts="/"
        placeholder={t("search")}
        value={text}
        onChange={(event) => search(event.target.value)}
        className="peer h-[30px] pr-8 pl-8"
      />
      <Kbd className="pointer-events-none absolute top-1/2 right-1.5 -translate-y-1/2 peer-focus:hidden peer-[:not(:placeholder-shown)]:hidden max-md:hidden">
        {"/"}
      </Kbd>
    </div>
  );
}
