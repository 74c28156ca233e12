package dev.sluice.e2e.cloud.azure;

/** What a device answered to a direct method; the body is JSON or empty. */
public record MethodAnswer(int status, String body) {}
