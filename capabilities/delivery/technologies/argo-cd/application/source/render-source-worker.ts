// Renders sources beside the main thread: what strangers wrote may take long, or for ever.

export { renderKustomizeTask } from './render-kustomize-task.ts';
export { renderHelmTask, renderPlainTask } from './render-source-task.ts';
