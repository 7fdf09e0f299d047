using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace SmallApp;

/// <summary>Routes of every kind.</summary>
public sealed class HttpFunctions(Greeting greeting, Gate gate)
{
    [Function(nameof(Greet))]
    public IActionResult Greet([HttpTrigger(AuthorizationLevel.Anonymous, "get", "post", Route = "greet/{name}")] HttpRequest request, string name) =>
        new OkObjectResult(new { words = $"{greeting.Words} {name}", loud = (string?)request.Query["loud"] });

    [Function(nameof(Echo))]
    public static async Task<IResult> Echo([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "echo")] HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        return Results.Text(
            $"{request.Host} {request.ContentType} {await reader.ReadToEndAsync()}", "text/plain", statusCode: 201);
    }

    [Function(nameof(Fail))]
    public static IActionResult Fail([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "fail")] HttpRequest request) =>
        throw new InvalidOperationException("a secret of the function");

    [Function(nameof(Nothing))]
    public static IActionResult Nothing([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "nothing")] HttpRequest request) => new NoContentResult();

    [Function(nameof(Guarded))]
    public static IActionResult Guarded([HttpTrigger(AuthorizationLevel.Function, "get", Route = "guarded")] HttpRequest request) => new OkResult();

    /// <summary>Answers when its caller has gone, or the host gives up.</summary>
    [Function(nameof(Wait))]
    public async Task<IActionResult> Wait(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "wait")] HttpRequest request, CancellationToken cancellation)
    {
        await gate.Pass(cancellation);
        return new OkObjectResult("done");
    }

    /// <summary>Ends its own process.</summary>
    [Function(nameof(Die))]
    public static IActionResult Die([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "die")] HttpRequest request)
    {
        Environment.FailFast("asked to");
        return new OkResult();
    }

    [Function(nameof(ProcessId))]
    public static IActionResult ProcessId([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "process-id")] HttpRequest request) =>
        new OkObjectResult(Environment.ProcessId);
}
