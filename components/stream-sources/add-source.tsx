"use client";
import { Plus } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../ui/button";
import type { SourceActions } from "./source-actions";

// Only whoever opens it loads it.
const SourceDialog = dynamic(() => import("./source-dialog").then((module) => module.SourceDialog), { ssr: false });

export function AddSource({ actions }: { actions: SourceActions }) {
  const t = useTranslations("streamSources");
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        <Plus aria-hidden />
        {t("add.open")}
      </Button>
      {isOpen && <SourceDialog source={null} actions={actions} onClose={() => setOpen(false)} />}
    </>
  );
}
