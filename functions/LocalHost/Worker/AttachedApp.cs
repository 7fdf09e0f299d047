using Microsoft.AspNetCore.Builder;

namespace LocalHost.Worker;

/// <summary>The app after its Program has built it.</summary>
internal sealed record AttachedApp(WebApplication Web, FunctionInvoker Invoker)
{
    public IServiceProvider Services => Web.Services;
}
