"use client";
import { FileInput, KeyRound } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../ui/button";
import type { KeyActions } from "./key-actions";

// Only whoever opens one loads it.
const GenerateDialog = dynamic(() => import("./generate-dialog").then((module) => module.GenerateDialog), {
  ssr: false,
});
const ImportDialog = dynamic(() => import("./import-dialog").then((module) => module.ImportDialog), { ssr: false });

/** The two ways to another key. */
export function AddKey({ generate, importKey }: Pick<KeyActions, "generate" | "importKey">) {
  const t = useTranslations("sshKeys");
  const [open, setOpen] = useState<"generate" | "import" | null>(null);
  const onClose = () => setOpen(null);
  return (
    <>
      <Button onClick={() => setOpen("import")}>
        <FileInput aria-hidden />
        {t("import.open")}
      </Button>
      <Button variant="primary" onClick={() => setOpen("generate")}>
        <KeyRound aria-hidden />
        {t("generate.open")}
      </Button>
      {open === "generate" && <GenerateDialog generate={generate} onClose={onClose} />}
      {open === "import" && <ImportDialog importKey={importKey} onClose={onClose} />}
    </>
  );
}
