"use client";
import { UserPlus } from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "../ui/button";
import type { UserActions } from "./user-actions";

// Only whoever opens it loads it.
const CreateDialog = dynamic(() => import("./create-dialog").then((module) => module.CreateDialog), { ssr: false });

/** The way to another user. */
export function CreateUser({ create }: Pick<UserActions, "create">) {
  const t = useTranslations("users");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="primary" onClick={() => setOpen(true)}>
        <UserPlus aria-hidden />
        {t("create.open")}
      </Button>
      {open && <CreateDialog create={create} onClose={() => setOpen(false)} />}
    </>
  );
}
