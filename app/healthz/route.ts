export { GET } from "@/app/api/health/live/route";
