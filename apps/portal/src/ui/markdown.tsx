import { lazy, Suspense } from 'react';
import { Waiting } from './notice.tsx';

const MarkdownBody = lazy(() => import('./markdown-body.tsx'));

export interface MarkdownProps {
  text: string;
  /** Where a relative link leads; without it, or when it gives nothing, such a link is plain text. */
  linkOf?: (target: string) => string | undefined;
  /** Level of the text's own first heading on this page; default 2, below the page's title. */
  level?: 2 | 3 | 4;
}

/**
 * Markdown (CommonMark with tables and task lists) that somebody else wrote: HTML in it is shown as text, links lead
 * to web pages and mail only, and pictures of other hosts are links, for the page loads nothing from elsewhere.
 */
export function Markdown(props: MarkdownProps) {
  return (
    <Suspense fallback={<Waiting what="setting the text" />}>
      <MarkdownBody {...props} />
    </Suspense>
  );
}
