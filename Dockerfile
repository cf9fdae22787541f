# syntax=docker/dockerfile:1
# Dozor in a container. `docker run -p 127.0.0.1:3000:3000 -v dozor:/var/lib/dozor IMAGE` brings its own database as everywhere;
# compose.yaml puts PostgreSQL, Prometheus, Alertmanager and Grafana beside it.
ARG NODE=node:20.20.2-bookworm-slim

FROM ${NODE} AS build
WORKDIR /app
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev
COPY prisma.config.ts next.config.ts postcss.config.mjs tsconfig.json server.ts instrumentation.ts instrumentation-client.ts middleware.ts ./
COPY app ./app
COPY components ./components
COPY lib ./lib
COPY messages ./messages
COPY prisma ./prisma
COPY public ./public
COPY scripts ./scripts
RUN npm run build
# What only the build needs, or what it has put into .next and dist: with it go the packages that nothing else asks for.
RUN npm pkg delete \
      dependencies.prisma dependencies.typescript dependencies.esbuild dependencies.tailwindcss \
      dependencies.@tailwindcss/postcss dependencies.@types/node dependencies.@types/react dependencies.@types/react-dom \
      dependencies.lucide-react dependencies.recharts dependencies.radix-ui dependencies.cmdk dependencies.sonner \
      dependencies.class-variance-authority dependencies.clsx dependencies.tailwind-merge dependencies.next-themes \
      dependencies.uqr \
      dependencies.@fontsource-variable/inter dependencies.@fontsource-variable/jetbrains-mono \
 && npm prune --omit=dev \
 && rm -rf .next/cache node_modules/.cache

FROM ${NODE}
LABEL org.opencontainers.image.title="Dozor" org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --no-create-home --home-dir /var/lib/dozor --shell /usr/sbin/nologin dozor \
 && install -d -o dozor -g dozor -m 0700 /var/lib/dozor
WORKDIR /app
# Owned by root: Dozor may read itself and change nothing of it.
COPY --from=build /app/package.json /app/next.config.ts ./
COPY --from=build /app/lib/i18n/request.ts ./lib/i18n/request.ts
COPY --from=build /app/prisma/migrations ./prisma/migrations
COPY --from=build /app/public ./public
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/.next ./.next
COPY --from=build /app/dist ./dist
# Inside a container loopback is nobody's: who may reach it is decided by the ports that are published.
ENV NODE_ENV=production NEXT_TELEMETRY_DISABLED=1 HOST=0.0.0.0 PORT=3000 DATA_DIR=/var/lib/dozor
USER dozor
VOLUME /var/lib/dozor
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/server.mjs"]
