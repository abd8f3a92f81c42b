import { readFileSync } from 'node:fs';

/**
 * The program that fetches inputs before `main` and delivers outputs after it. It travels in the pod's own command
 * (`node -e`), so that a pod needs neither an image of ours with it nor a ConfigMap in its namespace.
 */
export const executorScript = readFileSync(new URL('./executor.cjs', import.meta.url), 'utf8')
  .replace(/^\s*\/\/.*\n/gm, '')
  .trim();

/**
 * Runs the command given as arguments, then keeps copies of the files named in SLIPWAY_OUTPUTS (one path a line) and
 * its exit code where the `wait` container finds them. Needs only /bin/sh, cp and mv in the image.
 */
export const wrapperScript = `run="$SLIPWAY_ROOT/var/run/argo"
"$@" & child=$!
trap 'kill -TERM $child 2>/dev/null' TERM INT
wait $child; code=$?
if [ $code -gt 128 ] && kill -0 $child 2>/dev/null; then wait $child; code=$?; fi
mkdir -p "$run/outputs"; i=0
printf '%s\\n' "$SLIPWAY_OUTPUTS" | while IFS= read -r path; do
  [ -e "$SLIPWAY_ROOT$path" ] && path="$SLIPWAY_ROOT$path"
  [ -n "$path" ] && [ -e "$path" ] && cp -R "$path" "$run/outputs/$i"
  i=$((i+1))
done
printf %s $code > "$run/exitcode.part" && mv "$run/exitcode.part" "$run/exitcode"
exit $code`;
