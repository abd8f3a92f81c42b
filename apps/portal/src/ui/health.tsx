/** The one vocabulary of health: each word has a colour and a shape of its own. */
const LOOK: Record<string, { tone: string; shape: string }> = {
  Healthy: { tone: 'good', shape: '●' },
  Succeeded: { tone: 'good', shape: '●' },
  Progressing: { tone: 'busy', shape: '◐' },
  Running: { tone: 'busy', shape: '◐' },
  Pending: { tone: 'quiet', shape: '○' },
  Skipped: { tone: 'quiet', shape: '–' },
  Omitted: { tone: 'quiet', shape: '–' },
  Degraded: { tone: 'bad', shape: '▲' },
  Failed: { tone: 'bad', shape: '▲' },
  Error: { tone: 'bad', shape: '▲' },
  Synced: { tone: 'good', shape: '●' },
  OutOfSync: { tone: 'wait', shape: '◐' },
  Cancelled: { tone: 'quiet', shape: '–' },
  Undone: { tone: 'quiet', shape: '–' },
  Suspended: { tone: 'wait', shape: '‖' },
  Waiting: { tone: 'wait', shape: '‖' },
  Promoting: { tone: 'busy', shape: '◐' },
  Promoted: { tone: 'good', shape: '●' },
  Approve: { tone: 'good', shape: '●' },
  Reject: { tone: 'bad', shape: '▲' },
  Rejected: { tone: 'bad', shape: '▲' },
  Refused: { tone: 'bad', shape: '▲' },
  Superseded: { tone: 'quiet', shape: '–' },
  Planned: { tone: 'quiet', shape: '○' },
  Confirmed: { tone: 'busy', shape: '◐' },
  Removing: { tone: 'busy', shape: '◐' },
  Retired: { tone: 'good', shape: '●' },
  Gone: { tone: 'good', shape: '●' },
  Kept: { tone: 'quiet', shape: '–' },
  Open: { tone: 'busy', shape: '◐' },
  Merged: { tone: 'good', shape: '●' },
  Closed: { tone: 'quiet', shape: '–' },
  Approved: { tone: 'good', shape: '●' },
  'Changes wanted': { tone: 'bad', shape: '▲' },
  Comment: { tone: 'quiet', shape: '○' },
  Missing: { tone: 'quiet', shape: '○' },
  Pass: { tone: 'good', shape: '●' },
  Fail: { tone: 'bad', shape: '▲' },
  Exempt: { tone: 'quiet', shape: '–' },
  Shown: { tone: 'good', shape: '●' },
  'Not yet': { tone: 'wait', shape: '○' },
  Proven: { tone: 'good', shape: '●' },
  Verified: { tone: 'good', shape: '●' },
  Wrong: { tone: 'bad', shape: '▲' },
  'Known limit': { tone: 'wait', shape: '◐' },
  'Not known': { tone: 'wait', shape: '○' },
};

export function Health({ word }: { word: string }) {
  const { tone, shape } = LOOK[word] ?? { tone: 'quiet', shape: '?' };
  return (
    <span className="health" data-tone={tone}>
      <span aria-hidden>{shape}</span>
      {word}
    </span>
  );
}
