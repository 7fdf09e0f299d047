using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using FunctionsHosting.Worker.Rpc;
using Grpc.Core;
using RpcException = Grpc.Core.RpcException;

namespace FunctionsHosting.Worker;

/// <summary>One worker as the host sees it: the stream it opens, what was asked of it and not answered yet.</summary>
/// <param name="appFolder">Where the app's files are.</param>
/// <param name="log">Gets every log line the worker sends.</param>
internal sealed class WorkerChannel(string appFolder, Action<RpcLog> log)
{
    public const string HttpUriCapability = "HttpUri";

    private const string HostVersion = "4.0.0.0";
    private const int Success = 1;

    // What is asked before the worker has opened its stream waits here for it.
    private readonly Channel<StreamingMessage> _outbound = Channel.CreateUnbounded<StreamingMessage>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _unanswered = new();
    private readonly CancellationTokenSource _hangingUp = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>By which the worker names itself when it connects.</summary>
    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>Ends when the worker's stream has ended.</summary>
    public Task Closed => _closed.Task;

    /// <summary>The worker's own web server, for apps with ASP.NET Core integration; null for the others.</summary>
    public Uri? HttpUri { get; private set; }

    public IReadOnlyDictionary<string, FunctionDefinition> Functions { get; private set; } = new Dictionary<string, FunctionDefinition>();

    /// <summary>Greets a worker that connects, asks for its functions and has it load them.</summary>
    /// <exception cref="HostStartException">The worker refused.</exception>
    /// <exception cref="WorkerGoneException">It went away meanwhile.</exception>
    public async Task Initialize(CancellationToken cancellation)
    {
        var hello = new WorkerInitRequest { HostVersion = HostVersion, FunctionAppDirectory = appFolder, WorkerDirectory = appFolder };
        var init = (await Ask(new() { WorkerInitRequest = hello }, cancellation)).WorkerInitResponse;
        Check(init.Result, "could not start");
        HttpUri = init.Capabilities.TryGetValue(HttpUriCapability, out var uri) ? new Uri(uri) : null;

        var ask = new FunctionsMetadataRequest { FunctionAppDirectory = appFolder };
        var metadata = (await Ask(new() { FunctionsMetadataRequest = ask }, cancellation)).FunctionMetadataResponse;
        Check(metadata.Result, "could not tell its functions");
        var functions = metadata.FunctionMetadataResults.Select(FunctionDefinition.Of).ToDictionary(static f => f.Name, StringComparer.OrdinalIgnoreCase);
        await Task.WhenAll(functions.Values.Select(async function =>
        {
            var load = new FunctionLoadRequest { FunctionId = function.Metadata.FunctionId, Metadata = function.Metadata };
            var loaded = (await Ask(new() { FunctionLoadRequest = load }, cancellation)).FunctionLoadResponse;
            Check(loaded.Result, $"could not load function '{function.Name}'");
        }));
        Functions = functions;
    }

    /// <summary>Has a function run and waits for its end; cancelling asks the function to stop and still waits.</summary>
    /// <exception cref="FunctionFailedException">The function failed.</exception>
    /// <exception cref="WorkerGoneException">The worker went away before it answered.</exception>
    public async Task<InvocationResponse> Invoke(InvocationRequest request, CancellationToken cancellation)
    {
        request.TraceContext = new() { TraceParent = Activity.Current?.Id ?? "", TraceState = Activity.Current?.TraceStateString ?? "" };
        var answer = Ask(new() { RequestId = request.InvocationId, InvocationRequest = request }, CancellationToken.None);
        await using var cancelling = cancellation.Register(
            () => _outbound.Writer.TryWrite(new() { InvocationCancel = new() { InvocationId = request.InvocationId } }));
        var response = (await answer).InvocationResponse;
        return response.Result.Status == Success ? response : throw new FunctionFailedException(response.Result);
    }

    /// <summary>Asks the worker to end.</summary>
    public void Terminate(TimeSpan grace) => _outbound.Writer.TryWrite(new()
    {
        WorkerTerminate = new() { GracePeriod = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(grace) },
    });

    /// <summary>Ends the stream: a worker that has ended in this process would keep it open.</summary>
    public Task HangUp() => _hangingUp.CancelAsync();

    /// <summary>Serves the worker's stream until it ends, at either side.</summary>
    public async Task Serve(IAsyncStreamReader<StreamingMessage> input, IServerStreamWriter<StreamingMessage> output, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _hangingUp.Token);
        var writing = Write(output, ending.Token);
        try
        {
            while (await input.MoveNext(ending.Token))
            {
                Take(input.Current);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or RpcException or InvalidOperationException)
        {
            // The stream broke: the worker's end, however it came, is told by Closed.
        }
        finally
        {
            _outbound.Writer.TryComplete();
            await ending.CancelAsync();
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            foreach (var answer in _unanswered.Values)
            {
                answer.TrySetException(new WorkerGoneException());
            }

            _closed.TrySetResult();
        }
    }

    private async Task Write(IServerStreamWriter<StreamingMessage> output, CancellationToken cancellation)
    {
        await foreach (var message in _outbound.Reader.ReadAllAsync(cancellation))
        {
            await output.WriteAsync(message, cancellation);
        }
    }

    private void Take(StreamingMessage message)
    {
        if (message.RpcLog is { } line)
        {
            log(line);
        }
        else if (_unanswered.TryRemove(message.InvocationResponse?.InvocationId ?? message.RequestId, out var answer))
        {
            answer.TrySetResult(message);
        }
    }

    private async Task<StreamingMessage> Ask(StreamingMessage message, CancellationToken cancellation)
    {
        message.RequestId = message.RequestId is { Length: > 0 } given ? given : Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _unanswered[message.RequestId] = answer;
        return _outbound.Writer.TryWrite(message) ? await answer.Task.WaitAsync(cancellation) : throw new WorkerGoneException();
    }

    private static void Check(StatusResult result, string what)
    {
        if (result.Status != Success)
        {
            throw new HostStartException($"The worker {what}: {result.Exception?.Message ?? result.Result}");
        }
    }
}
