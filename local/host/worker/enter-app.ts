/**
 * Makes this process look to the app like the worker of `func start`: in the app's folder, with the settings that Core
 * Tools add. What is set already stays.
 */
export function enterApp(folder: string, displayUrl: string): void {
  process.chdir(folder);
  process.env["AZURE_FUNCTIONS_ENVIRONMENT"] ??= "Development";
  // durable-functions builds its management addresses from this name.
  process.env["WEBSITE_HOSTNAME"] ??= new URL(displayUrl).host;
}
