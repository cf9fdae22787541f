// What the sections of a server's page have in common: who may, the period, the first answers, and the frame of charts.
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { EventMarks } from "@/components/activity/event-marks";
import { ChartBoard } from "@/components/charts/board";
import { isCompared, type TimeWindow, timeWindow } from "@/components/charts/time-window";
import { ChartFeed } from "@/components/server/chart-feed";
import { ChartGrid } from "@/components/server/chart-grid";
import type { ChartQuery } from "@/components/server/chart-query";
import type { Probes } from "@/components/server/newest";
import { PauseButton } from "@/components/server/pause-button";
import { PeriodRow } from "@/components/server/period-row";
import { WatchingCost } from "@/components/server/watching-cost";
import { serverByName } from "@/lib/fleet/queries";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { Thresholds } from "@/lib/health/schema";
import { requireUser } from "@/lib/http/actor";
import type { Actor } from "@/lib/users/permissions";
import { readMarks } from "../../event-marks";
import { NoPostgres } from "./no-postgres";
import { type BoardReading, readBoard, readNewest } from "./read";

export interface SectionProps {
  params: Promise<{ name: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

/** What a section is made of. */
export interface SectionReading extends Pick<BoardReading, "initial"> {
  actor: Actor;
  server: ServerSummary;
  latest: Probes;
  thresholds: Thresholds;
}

interface Section {
  /** Above the charts. */
  strip: ReactNode;
  /** Cells of the grid. */
  charts: ReactNode;
  /** Below them; without it what watching costs the server. */
  foot?: ReactNode;
}

/** What to ask for in a period, knowing the newest values. */
type Ask = (window: TimeWindow, latest: Probes) => ChartQuery[];
type Draw = (reading: SectionReading) => Section | Promise<Section>;

/** Reads what a section asks for and draws it; of a server without PostgreSQL it says so. */
export async function sectionOf({ params, searchParams }: SectionProps, ask: Ask, draw: Draw) {
  const actor = await requireUser();
  const server = await serverByName(actor, decodeURIComponent((await params).name));
  if (!server) notFound();
  if (!server.has_postgres) return <NoPostgres actor={actor} server={server} />;
  return boardOf({ actor, server, searchParams }, ask, draw);
}

interface BoardProps extends Pick<SectionProps, "searchParams"> {
  actor: Actor;
  server: ServerSummary;
}

/** Charts of a server, and what stands above them. */
export async function boardOf({ actor, server, searchParams }: BoardProps, ask: Ask, draw: Draw) {
  const asOf = Date.now() / 1000;
  const parameters = await searchParams;
  const window = timeWindow(parameters, asOf);
  const { latest, thresholds } = await readNewest(actor, server);
  const queries = ask(window, latest);
  const [{ initial, locators }, marks] = await Promise.all([
    readBoard(actor, server, { queries, window, compared: isCompared(parameters) }),
    readMarks(actor, server.id, window),
  ]);
  const drawn = await draw({ actor, server, initial, latest, thresholds });
  const { strip, charts, foot = <WatchingCost server={server.name} initial={latest} /> } = drawn;
  return (
    <ChartBoard window={window} initial={initial}>
      {strip}
      <PeriodRow />
      <EventMarks
        server={server.id}
        initial={marks}
        beside={
          <>
            <ChartFeed server={server.name} queries={queries} locators={locators} asOf={asOf} />
            <PauseButton />
          </>
        }
      >
        <ChartGrid>{charts}</ChartGrid>
      </EventMarks>
      {foot}
    </ChartBoard>
  );
}
