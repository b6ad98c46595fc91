import type { TestProject } from 'vitest/node';
import { packPackage, type PackedFiles } from './tarball.js';

declare module 'vitest' {
  export interface ProvidedContext {
    tarball: PackedFiles;
  }
}

/** Packs the package once for all specs, which get it with `inject('tarball')`. */
export default function packOnce(project: TestProject): () => void {
  const tarball = packPackage();
  project.provide('tarball', { path: tarball.path, files: tarball.files });
  return () => tarball.remove();
}
