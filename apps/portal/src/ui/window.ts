import { type RefObject, useEffect, useState } from 'react';

/** Rows drawn above and below what is seen, so that one scrolls and tabs into rows that are there. */
const BESIDE = 15;
/** Heights of a row in pixels, as `catalog.css` gives them: a line, or two at phone width. */
const [WIDE, NARROW] = [40, 64];
const NARROW_WINDOW = '(max-width: 40rem)';

/** Which rows of a long table are in the browser's window now, and how high each is. */
export function useWindow(body: RefObject<HTMLElement | null>): {
  first: number;
  last: number;
  height: number;
} {
  const [seen, setSeen] = useState({ first: 0, last: 50, height: WIDE });
  useEffect(() => {
    const narrow = matchMedia(NARROW_WINDOW);
    const look = () => {
      const height = narrow.matches ? NARROW : WIDE;
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / height) - BESIDE);
      const last = Math.ceil((innerHeight - top) / height) + BESIDE;
      setSeen(before =>
        before.first === first && before.last === last && before.height === height
          ? before
          : { first, last: Math.max(last, first), height },
      );
    };
    look();
    addEventListener('scroll', look, { passive: true });
    addEventListener('resize', look);
    return () => {
      removeEventListener('scroll', look);
      removeEventListener('resize', look);
    };
  }, [body]);
  return seen;
}
