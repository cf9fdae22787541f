import { Command as CommandPrimitive } from "cmdk";
import { Search } from "lucide-react";
import type { ComponentProps } from "react";
import { cn } from "@/lib/utils";
import { Kbd } from "./kbd";

export function Command({ className, ...props }: ComponentProps<typeof CommandPrimitive>) {
  return <CommandPrimitive className={cn("flex flex-col overflow-hidden", className)} {...props} />;
}

export function CommandInput(props: ComponentProps<typeof CommandPrimitive.Input>) {
  return (
    <div className="flex h-[42px] shrink-0 items-center gap-2.5 border-b px-3">
      <Search aria-hidden className="icon-16 text-muted-foreground" />
      <CommandPrimitive.Input
        className="h-full min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-muted-foreground max-md:text-lg"
        {...props}
      />
      <Kbd>{"Esc"}</Kbd>
    </div>
  );
}

export function CommandList(props: ComponentProps<typeof CommandPrimitive.List>) {
  return <CommandPrimitive.List className="max-h-[60vh] overflow-y-auto p-1" {...props} />;
}

export function CommandEmpty(props: ComponentProps<typeof CommandPrimitive.Empty>) {
  return <CommandPrimitive.Empty className="px-3 py-6 text-center text-sm text-muted-foreground" {...props} />;
}

export function CommandGroup(props: ComponentProps<typeof CommandPrimitive.Group>) {
  return (
    <CommandPrimitive.Group
      className="[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-muted-foreground"
      {...props}
    />
  );
}

export function CommandItem({ className, ...props }: ComponentProps<typeof CommandPrimitive.Item>) {
  return (
    <CommandPrimitive.Item
      className={cn(
        "flex h-[30px] cursor-pointer select-none items-center gap-2.5 rounded-sm px-2 text-sm data-[selected=true]:bg-selected max-md:h-10 [&>svg]:icon-16 [&>svg]:text-muted-foreground",
        className,
      )}
      {...props}
    />
  );
}
