package dev.sluice.driver;

/**
 * A device that sends by itself: a scale that streams, a meter that pushes. It may have polls as
 * well; {@link Device#plan} leaves out the points that come by themselves.
 */
public interface Subscribing {

  /**
   * Starts to hand over what the device sends. Called once, before the line connects or while it is
   * connected; stays in force over reconnects until {@link Device#close()}.
   */
  void subscribe(PushHandler handler);
}
