/** Where other tools put their description of an API. The page there asks who reads it. */
export function GET(): Response {
  return new Response(null, { status: 307, headers: { location: "/docs", "cache-control": "no-store" } });
}
