import { Button, Kbd } from '@mantine/core';
import { lazy, Suspense, useEffect, useState } from 'react';

const load = () => import('./palette.tsx');
const Palette = lazy(load);
/** What is typed at once after Ctrl-K shall not be lost, so the palette is there before it is wanted. */
const SOON_MS = 1500;

/** Opens the command palette, as Ctrl-K (⌘K) does anywhere. */
export function PaletteButton() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  useEffect(() => {
    const timer = setTimeout(() => void load().catch(() => {}), SOON_MS);
    return () => clearTimeout(timer);
  }, []);
  const apple = navigator.platform.startsWith('Mac');
  return (
    <>
      <Button
        className="find"
        size="compact-sm"
        variant="default"
        aria-keyshortcuts="Control+K Meta+K"
        rightSection={<Kbd size="xs">{apple ? '⌘ K' : 'Ctrl K'}</Kbd>}
        onClick={() => setOpen(true)}
      >
        Go to
      </Button>
      {open ? (
        <Suspense fallback={null}>
          <Palette close={() => setOpen(false)} />
        </Suspense>
      ) : null}
    </>
  );
}
