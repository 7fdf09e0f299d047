using FunctionsHosting.Worker;
using FunctionsHosting.Worker.Rpc;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace FunctionsHosting.Http;

/// <summary>What a request gets on its way to the worker's own web server, and its answer on the way back.</summary>
/// <param name="id">By which the worker finds the other half of the request: the invocation that came over its stream.</param>
/// <param name="invocation">That other half.</param>
internal sealed class InvocationTransformer(string id, Task<InvocationResponse> invocation) : HttpTransformer
{
    /// <summary>The function failed before it wrote an answer; nothing of the worker's answer was sent on.</summary>
    public bool HasFailed { get; private set; }

    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.Headers.TryAddWithoutValidation("x-ms-invocation-id", id);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Host", httpContext.Request.Host.Value);
        proxyRequest.Headers.TryAddWithoutValidation("X-Forwarded-Proto", httpContext.Request.Scheme);
    }

    /// <summary>A function that throws leaves an empty 200 from the worker's web server: only the stream says that it failed.</summary>
    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse?.Content.Headers.ContentLength is 0)
        {
            await ((Task)invocation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            HasFailed = !invocation.IsCompletedSuccessfully;
            if (HasFailed)
            {
                return false;
            }
        }

        var copied = await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        httpContext.Response.Headers.Remove("Server");
        return copied;
    }
}
