# The platform as an image: its pods are processes of the container, or of an engine whose socket is mounted.
FROM node:24 AS package
WORKDIR /src
COPY . .
RUN node scripts/prepack.mjs

FROM node:24
# git serves the repositories; the full image has it.
COPY --from=package /src/package.json /opt/slipway/
COPY --from=package /src/apps/cli/bin /opt/slipway/apps/cli/bin
COPY --from=package /src/scripts/launch.mjs /src/scripts/node-options.json /src/scripts/toolchain.mjs /opt/slipway/scripts/
COPY --from=package /src/dist/package /opt/slipway/dist/package
RUN ln -s /opt/slipway/apps/cli/bin/slipway.mjs /usr/local/bin/slipway && mkdir /data && chown node /data
USER node
ENV SLIPWAY_DATA=/data
VOLUME /data
ENTRYPOINT ["slipway"]
CMD ["up", "--driver", "process"]
