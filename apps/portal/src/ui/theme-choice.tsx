import { type MantineColorScheme, NativeSelect, useMantineColorScheme } from '@mantine/core';

const CHOICES = [
  { value: 'auto', label: 'System theme' },
  { value: 'light', label: 'Light theme' },
  { value: 'dark', label: 'Dark theme' },
];

/** Light, dark, or as the system says; kept in this browser. */
export function ThemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <NativeSelect
      aria-label="Theme"
      size="xs"
      data={CHOICES}
      value={colorScheme}
      onChange={event => setColorScheme(event.currentTarget.value as MantineColorScheme)}
    />
  );
}
