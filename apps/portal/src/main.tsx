// In data-flow order: api (the platform's objects, live), pages (one for each place), forms and ui (what pages share).
import '@mantine/core/styles.css';
import './portal.css';
import './ui/tabs.css';
import { createTheme, MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { router } from './routes.tsx';

const theme = createTheme({
  primaryColor: 'blue',
  fontSizes: { sm: '0.8125rem', md: '0.875rem' },
  cursorType: 'pointer',
});
const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } },
});
const place = document.getElementById('root');

if (place) {
  createRoot(place).render(
    <StrictMode>
      <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
