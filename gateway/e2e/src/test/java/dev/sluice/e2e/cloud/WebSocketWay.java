package dev.sluice.e2e.cloud;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.MessageToMessageCodec;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.function.Consumer;

/**
 * Leads MQTT through a WebSocket (MQTT 3.1.1, 6): at one path, with the protocol {@code mqtt}, in
 * binary frames. Whoever wants something else is sent away.
 */
final class WebSocketWay {

  private static final String PROTOCOL = "mqtt";
  private static final int MAX_FRAME = 1 << 20;

  private final String path;
  private final Consumer<String> refused;
  private String asked = "";

  WebSocketWay(String path, Consumer<String> refused) {
    this.path = path;
    this.refused = refused;
  }

  /** Path and query; empty as long as nobody asked. */
  String asked() {
    return asked;
  }

  void lead(ChannelPipeline pipeline, String before) {
    var config =
        WebSocketServerProtocolConfig.newBuilder()
            .websocketPath(path)
            .checkStartsWith(true)
            .subprotocols(PROTOCOL)
            .maxFramePayloadLength(MAX_FRAME)
            .build();
    pipeline.addBefore(before, "httpCodec", new HttpServerCodec());
    pipeline.addBefore(before, "httpWhole", new HttpObjectAggregator(MAX_FRAME));
    pipeline.addBefore(before, "httpJudge", new Judge());
    pipeline.addBefore(before, "webSocket", new WebSocketServerProtocolHandler(config));
    pipeline.addBefore(before, "webFrames", new Frames());
  }

  private final class Judge extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (!(message instanceof FullHttpRequest request)) {
        context.fireChannelRead(message);
        return;
      }
      String uri = request.uri();
      String offered = request.headers().get(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL, "");
      if (!uri.equals(path) && !uri.startsWith(path + "?")) {
        refuse(context, HttpResponseStatus.NOT_FOUND, "a WebSocket at " + uri);
      } else if (!List.of(offered.split("\\s*,\\s*")).contains(PROTOCOL)) {
        refuse(context, HttpResponseStatus.BAD_REQUEST, "a WebSocket for '" + offered + "'");
      } else {
        asked = uri;
        context.fireChannelRead(message);
        return;
      }
      ReferenceCountUtil.release(message);
    }

    private void refuse(ChannelHandlerContext context, HttpResponseStatus status, String reason) {
      refused.accept(reason);
      context
          .writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status))
          .addListener(ChannelFutureListener.CLOSE);
    }
  }

  private final class Frames extends MessageToMessageCodec<WebSocketFrame, ByteBuf> {

    @Override
    protected void decode(ChannelHandlerContext context, WebSocketFrame frame, List<Object> out) {
      if (frame instanceof BinaryWebSocketFrame) {
        out.add(frame.content().retain());
      } else {
        refused.accept("a WebSocket frame that is not binary");
        context.close();
      }
    }

    @Override
    protected void encode(ChannelHandlerContext context, ByteBuf packet, List<Object> out) {
      out.add(new BinaryWebSocketFrame(packet.retain()));
    }
  }
}
