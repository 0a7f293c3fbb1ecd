"use client";
import { define } from "hanvox/element";
import { useEffect } from "react";

/** A button that reads an element of the page aloud. */
export function ReadAloud(properties) {
  useEffect(() => define(), []);
  return <han-vox {...properties} />;
}
