using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace ServiceBusExtension.Tests;

/// <summary>
/// A host's settlement service as the wire has it: gRPC read by hand, so that a name or a number of the contract that changes in our file is found
/// here. Records every call as its path and the raw fields of its message.
/// </summary>
internal sealed class SettlementServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private SettlementServer(WebApplication server)
    {
        _server = server;
    }

    public ConcurrentQueue<Call> Calls { get; } = new();

    /// <summary>gRPC status and message of every answer; 0: done.</summary>
    public (int Status, string Message) Answer { get; set; }

    public string Address => _server.Urls.Single();

    public static async Task<SettlementServer> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, endpoint => endpoint.Protocols = HttpProtocols.Http2));
        var server = new SettlementServer(builder.Build());
        server._server.Map("{**path}", server.Take);
        await server._server.StartAsync();
        return server;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task Take(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        Calls.Enqueue(new(http.Request.Path, Fields(Message(body.ToArray()))));

        http.Response.ContentType = "application/grpc";
        http.Response.AppendTrailer("grpc-status", $"{Answer.Status}");
        http.Response.AppendTrailer("grpc-message", Answer.Message ?? "");
        if (Answer.Status == 0)
        {
            await http.Response.BodyWriter.WriteAsync(new byte[5]);
        }
    }

    /// <summary>Behind one byte for compression and four for the length.</summary>
    private static byte[] Message(byte[] frame)
    {
        Assert.Equal(frame.Length - 5, BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1)));
        return frame[5..];
    }

    /// <summary>Every field of this contract is text, bytes or a message.</summary>
    private static Dictionary<int, byte[]> Fields(byte[] message)
    {
        var fields = new Dictionary<int, byte[]>();
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0)
        {
            Assert.Equal(WireFormat.WireType.LengthDelimited, WireFormat.GetTagWireType(tag));
            fields[WireFormat.GetTagFieldNumber(tag)] = input.ReadBytes().ToByteArray();
        }

        return fields;
    }

    internal sealed record Call(string Path, IReadOnlyDictionary<int, byte[]> Fields);
}
