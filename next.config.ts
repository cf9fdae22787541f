import type { NextConfig } from "next";
import createNextIntlPlugin from "next-intl/plugin";

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // Native parts and worker threads do not survive bundling.
  serverExternalPackages: ["ssh2", "pg", "pino", "@node-rs/argon2", "@prisma/client", "@prisma/adapter-pg"],
  images: { unoptimized: true },
  // Sign-in is a server action: its arguments must not be printed.
  logging: { serverFunctions: false },
  devIndicators: false,
  // `npm run check` checks types, once.
  typescript: { ignoreBuildErrors: true },
};

export default createNextIntlPlugin("./lib/i18n/request.ts")(config);
