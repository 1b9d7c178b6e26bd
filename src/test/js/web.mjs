// The location of the pages' modules.
export const web = new URL('../../main/resources/web/js/', import.meta.url);
export const load = (name) => import(new URL(name, web));
