// Everything the driver lets a shell do: fixed texts, whose values come as arguments. `"$@"` is the rest of a command.

/**
 * In new network namespaces that all pods' links lead to. Whatever arrives here from a pod is taken for local, whatever
 * its destination (`local 0.0.0.0/0`), so a listener on a port sees connections to any address and which one was meant.
 * Only what starts here finds the pods themselves (`iif lo`, table 200). A false sender address is dropped (rp_filter).
 * Then it waits until its input ends, for somebody to take hold of the namespaces.
 */
export const HUB = `
set -e
"$1" -batch - <<RULES
link set lo up
rule add pref 10 lookup local
rule del pref 0
rule add pref 5 iif lo lookup 200
route add local 0.0.0.0/0 dev lo table local
addr add $2/32 dev lo
RULES
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
echo 1 > /proc/sys/net/ipv4/conf/all/rp_filter
echo 1 > /proc/sys/net/ipv4/conf/default/rp_filter
echo ready
read -r end || :
`;

/** In a pod's new namespaces; descriptor 3 is the hub's network. Arguments: ip, nsenter, link name, pod address, gateway, host name (empty: it has one), hostname. */
export const POD = `
set -e
echo here
[ -z "$6" ] || { [ -n "$7" ] && "$7" "$6"; } || echo "$6" > /proc/sys/kernel/hostname || :
"$1" -batch - <<INSIDE
link set lo up
link add eth0 type veth peer name $3 netns /proc/self/fd/3
addr add $4/32 dev eth0
link set eth0 up
route add $5 dev eth0 scope link
route add default via $5 dev eth0 src $4
INSIDE
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start
{ echo "0 2147483647" > /proc/sys/net/ipv4/ping_group_range; } 2>/dev/null || :
"$2" --net=/proc/self/fd/3 "$1" -batch - <<OUTSIDE
link set $3 up
route add $4/32 dev $3 src $5 table 200
OUTSIDE
echo ready
read -r end || :
`;

/** Joins cgroups (their files up to \`--\`), then becomes the rest. */
export const JOIN_GROUPS = `
while [ "$1" != -- ]; do echo $$ > "$1" 2>/dev/null || :; shift; done
shift
exec "$@"
`;

/**
 * First process of a container's namespaces. Descriptors: 3 to 6 namespaces, 7 environment, 8 report to the platform.
 * Arguments: fstab, root of tools, mount, pivot_root, umount, `/proc` when that of the tools must go, then the launch. Its root becomes the folder of tools,
 * which holds nothing but the host's programs and, in /root, the container; the host's files are gone from the tree.
 */
export const STAGE = `
exec 3<&- 4<&- 5<&- 6<&- 9>&2 2>&8
set -e
fstab=$1 root=$2 mount=$3 pivot=$4 umount=$5 proc=$6
shift 6
"$mount" -n -a -T "$fstab"
cd "$root"
"$pivot" . old
"$umount" -n -l /old $proc
set +e
( echo started >&8; exec "$@" 2>&9 8>&- 9>&- )
code=$?
echo "exited $code" >&8
exit $code
`;

/** Without privileges, in the root of tools: reads the environment from descriptor 7 and becomes the rest. */
export const LAUNCH = `
unset OLDPWD PWD SHLVL PATH LC_ALL
eval "$("$1" <&7)"
shift
exec 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- "$@"
`;

/** One word of shell text that means exactly `text`. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
