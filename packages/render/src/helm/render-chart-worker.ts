// Renders charts beside the main thread: a stranger's chart may take long, or for ever.
export { renderChartTask, renderOrAskTask } from './render-chart-task.ts';
