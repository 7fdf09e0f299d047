using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;
using FunctionsHosting.Worker.Rpc;
using Grpc.Core;
using RpcException = Grpc.Core.RpcException;

namespace FunctionsHosting.Worker;

/// <summary>One worker as the host sees it: the stream it opened, what was asked of it and not answered yet.</summary>
internal sealed class WorkerChannel
{
    private const string HostVersion = "4.0.0.0";
    private const string HttpUriCapability = "HttpUri";

    private readonly string _appFolder;
    private readonly Action<RpcLog> _log;
    private readonly Channel<StreamingMessage> _outbound = Channel.CreateUnbounded<StreamingMessage>(new() { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<InvocationResponse>> _invocations = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _hangingUp = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="appFolder">Where the app's files are.</param>
    /// <param name="log">Gets every log line the worker sends.</param>
    public WorkerChannel(string appFolder, Action<RpcLog> log)
    {
        _appFolder = appFolder;
        _log = log;
    }

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
        await _opened.Task.WaitAsync(cancellation);
        var hello = new WorkerInitRequest { HostVersion = HostVersion, FunctionAppDirectory = _appFolder, WorkerDirectory = _appFolder };
        var init = (await Ask(new() { WorkerInitRequest = hello }, cancellation)).WorkerInitResponse;
        Check(init.Result, "could not start");
        HttpUri = init.Capabilities.TryGetValue(HttpUriCapability, out var uri) ? new Uri(uri) : null;

        var ask = new FunctionsMetadataRequest { FunctionAppDirectory = _appFolder };
        var metadata = (await Ask(new() { FunctionsMetadataRequest = ask }, cancellation)).FunctionMetadataResponse;
        Check(metadata.Result, "could not tell its functions");
        var functions = metadata.FunctionMetadataResults.Select(FunctionDefinition.Of)
            .ToDictionary(static f => f.Name, StringComparer.OrdinalIgnoreCase);
        await Task.WhenAll(functions.Values.Select(function => Load(function, cancellation)));
        Functions = functions;
    }

    /// <summary>Has a function run and waits for its end; cancelling asks the function to stop and still waits.</summary>
    /// <exception cref="FunctionFailedException">The function failed.</exception>
    /// <exception cref="WorkerGoneException">The worker went away before it answered.</exception>
    public async Task<InvocationResponse> Invoke(InvocationRequest request, CancellationToken cancellation)
    {
        request.TraceContext ??= new() { TraceParent = Activity.Current?.Id ?? "", TraceState = Activity.Current?.TraceStateString ?? "" };
        var answer = new TaskCompletionSource<InvocationResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        _invocations[request.InvocationId] = answer;
        if (!_outbound.Writer.TryWrite(new() { RequestId = request.InvocationId, InvocationRequest = request }))
        {
            _invocations.TryRemove(request.InvocationId, out _);
            throw new WorkerGoneException();
        }

        await using var cancelling = cancellation.Register(
            () => _outbound.Writer.TryWrite(new() { InvocationCancel = new() { InvocationId = request.InvocationId } }));
        var response = await answer.Task;
        return response.Result.IsSuccess ? response : throw new FunctionFailedException(response.Result);
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
        _opened.TrySetResult();
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
            Close();
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
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.RpcLog:
                _log(message.RpcLog);
                break;
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (_invocations.TryRemove(message.InvocationResponse.InvocationId, out var invocation))
                {
                    invocation.TrySetResult(message.InvocationResponse);
                }

                break;
            default:
                if (_requests.TryRemove(message.RequestId, out var request))
                {
                    request.TrySetResult(message);
                }

                break;
        }
    }

    private void Close()
    {
        foreach (var (id, answer) in _invocations)
        {
            _invocations.TryRemove(id, out _);
            answer.TrySetException(new WorkerGoneException());
        }

        foreach (var request in _requests.Values)
        {
            request.TrySetException(new WorkerGoneException());
        }

        _closed.TrySetResult();
    }

    private async Task<StreamingMessage> Ask(StreamingMessage message, CancellationToken cancellation)
    {
        message.RequestId = Guid.NewGuid().ToString();
        var answer = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[message.RequestId] = answer;
        return _outbound.Writer.TryWrite(message) ? await answer.Task.WaitAsync(cancellation) : throw new WorkerGoneException();
    }

    private async Task Load(FunctionDefinition function, CancellationToken cancellation)
    {
        var request = new FunctionLoadRequest { FunctionId = function.Metadata.FunctionId, Metadata = function.Metadata };
        var response = (await Ask(new() { FunctionLoadRequest = request }, cancellation)).FunctionLoadResponse;
        Check(response.Result, $"could not load function '{function.Name}'");
    }

    private static void Check(StatusResult result, string what)
    {
        if (!result.IsSuccess)
        {
            throw new HostStartException($"The worker {what}: {result.Exception?.Message ?? result.Result}");
        }
    }
}
