using System.Threading.Channels;
using FunctionsHosting.Worker.Rpc;
using Grpc.Core;

namespace FunctionsHosting.Worker;

/// <summary>
/// The app at work, and as the host talks to it: over the stream that it opens. There are two places for it: this process, and a process of its own.
/// </summary>
internal abstract class AppWorker(FunctionApp app)
{
    protected const string HttpUriCapability = "HttpUri";

    private const int Success = 1;

    // What is asked before the worker has opened its stream waits here for it.
    private readonly Channel<StreamingMessage> _outbound = Channel.CreateUnbounded<StreamingMessage>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _unanswered = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>By which the worker names itself when it connects.</summary>
    public string Id { get; } = Guid.NewGuid().ToString();

    /// <summary>The worker's own web server, for apps with ASP.NET Core integration; null for the others.</summary>
    public Uri? HttpUri { get; private set; }

    public IReadOnlyDictionary<string, FunctionDefinition> Functions { get; private set; } = new Dictionary<string, FunctionDefinition>();

    /// <summary>Ends when the worker's stream has ended.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Ends when the worker has ended, by itself or by <see cref="Stop"/>.</summary>
    public Task Ended { get; protected set; } = Task.CompletedTask;

    /// <summary>The app's services; null in another process.</summary>
    public virtual IServiceProvider? Services => null;

    /// <summary>Why a worker that has ended did so, as it told itself; empty when it said nothing.</summary>
    public abstract string LastWords { get; }

    /// <summary>Starts the worker, which then connects to the host's gRPC server.</summary>
    /// <exception cref="HostStartException">The worker could not be started; the text holds what it said itself.</exception>
    public abstract Task Start(Uri endpoint, CancellationToken cancellation);

    /// <summary>Ends what was asked to end and has not; returns when it is gone, or can be left behind.</summary>
    public abstract Task Stop(TimeSpan limit);

    /// <summary>Greets a worker that connects, asks for its functions and has it load them.</summary>
    public virtual async Task Initialize(CancellationToken cancellation)
    {
        var hello = new WorkerInitRequest { HostVersion = "4.0.0.0", FunctionAppDirectory = App.Folder, WorkerDirectory = App.Folder };
        var init = (await Ask(new() { WorkerInitRequest = hello }, cancellation)).WorkerInitResponse;
        Check(init.Result, "could not start");
        HttpUri = init.Capabilities.TryGetValue(HttpUriCapability, out var uri) ? new Uri(uri) : null;

        var ask = new FunctionsMetadataRequest { FunctionAppDirectory = App.Folder };
        var metadata = (await Ask(new() { FunctionsMetadataRequest = ask }, cancellation)).FunctionMetadataResponse;
        Check(metadata.Result, "could not tell its functions");
        var functions = metadata.FunctionMetadataResults.Select(FunctionDefinition.Of).ToDictionary(static f => f.Name, StringComparer.OrdinalIgnoreCase);
        await Task.WhenAll(functions.Values.Select(async function =>
        {
            // Where the worker does not index its functions itself it leaves these out, and then needs them.
            foreach (var binding in function.Bindings.Where(binding => !function.Metadata.Bindings.ContainsKey(binding.Name)))
            {
                function.Metadata.Bindings[binding.Name] = new() { Type = binding.Type, Direction = binding.IsOutput ? 1 : 0 };
            }

            var load = new FunctionLoadRequest { FunctionId = function.Metadata.FunctionId, Metadata = function.Metadata };
            var loaded = (await Ask(new() { FunctionLoadRequest = load }, cancellation)).FunctionLoadResponse;
            Check(loaded.Result, $"could not load function '{function.Name}'");
        }));
        Functions = functions;
    }

    /// <summary>Has a function run and waits for its end; cancelling asks the function to stop and still waits.</summary>
    public async Task<InvocationResponse> Invoke(InvocationRequest request, CancellationToken cancellation)
    {
        request.TraceContext = new() { TraceParent = HostTelemetry.TraceParent(), TraceState = Activity.Current?.TraceStateString ?? "" };
        var answer = Ask(new() { RequestId = request.InvocationId, InvocationRequest = request }, CancellationToken.None);
        await using var cancelling = cancellation.Register(
            () => _outbound.Writer.TryWrite(new() { InvocationCancel = new() { InvocationId = request.InvocationId } }));
        var response = (await answer).InvocationResponse;
        return response.Result.Status == Success ? response : throw new FunctionFailedException(response.Result);
    }

    /// <summary>Has the worker end within a limit, and ends its stream: a worker that has ended in this process would keep it open.</summary>
    public async Task End(TimeSpan limit)
    {
        _outbound.Writer.TryWrite(new() { WorkerTerminate = new() { GracePeriod = Google.Protobuf.WellKnownTypes.Duration.FromTimeSpan(limit) } });
        await Stop(limit);
        _outbound.Writer.TryComplete();
    }

    /// <summary>Serves the worker's stream until it ends, at either side and however.</summary>
    public async Task Serve(IAsyncStreamReader<StreamingMessage> input, IServerStreamWriter<StreamingMessage> output, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Read(input, ending.Token), Write(output, ending.Token));
        await ending.CancelAsync();
        _outbound.Writer.TryComplete();
        foreach (var answer in _unanswered.Values)
        {
            answer.TrySetException(new WorkerGoneException());
        }

        _closed.TrySetResult();
    }

    protected FunctionApp App { get; } = app;

    /// <summary>Gets every log line that comes over the stream; a worker in this process writes to the host's logging itself.</summary>
    protected virtual void Log(RpcLog line) { }

    private async Task Read(IAsyncStreamReader<StreamingMessage> input, CancellationToken cancellation)
    {
        while (await input.MoveNext(cancellation))
        {
            var message = input.Current;
            if (message.RpcLog is { } line)
            {
                Log(line);
            }
            else if (_unanswered.TryRemove(message.InvocationResponse?.InvocationId ?? message.RequestId, out var answer))
            {
                answer.TrySetResult(message);
            }
        }
    }

    private async Task Write(IServerStreamWriter<StreamingMessage> output, CancellationToken cancellation)
    {
        await foreach (var message in _outbound.Reader.ReadAllAsync(cancellation))
        {
            await output.WriteAsync(message, cancellation);
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
