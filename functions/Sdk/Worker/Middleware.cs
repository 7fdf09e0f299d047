using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;

namespace Microsoft.Azure.Functions.Worker.Middleware
{
    /// <summary>The rest of an invocation's pipeline.</summary>
    public delegate Task FunctionExecutionDelegate(FunctionContext context);

    /// <summary>Wraps every invocation of every function.</summary>
    public interface IFunctionsWorkerMiddleware
    {
        Task Invoke(FunctionContext context, FunctionExecutionDelegate next);
    }
}

namespace Microsoft.Extensions.Hosting
{
    /// <summary>Adds middleware; the first added is the outermost.</summary>
    public static class MiddlewareWorkerApplicationBuilderExtensions
    {
        public static IFunctionsWorkerApplicationBuilder UseMiddleware<T>(this IFunctionsWorkerApplicationBuilder builder)
            where T : class, IFunctionsWorkerMiddleware
        {
            ArgumentNullException.ThrowIfNull(builder);
            builder.Services.AddSingleton<T>();
            return builder.Use(next => context => context.InstanceServices.GetRequiredService<T>().Invoke(context, next));
        }

        /// <summary>Adds middleware that runs only for the invocations <paramref name="predicate"/> picks.</summary>
        public static IFunctionsWorkerApplicationBuilder UseWhen<T>(
            this IFunctionsWorkerApplicationBuilder builder, Func<FunctionContext, bool> predicate)
            where T : class, IFunctionsWorkerMiddleware
        {
            ArgumentNullException.ThrowIfNull(builder);
            ArgumentNullException.ThrowIfNull(predicate);
            builder.Services.AddSingleton<T>();
            return builder.Use(next => context =>
                predicate(context) ? context.InstanceServices.GetRequiredService<T>().Invoke(context, next) : next(context));
        }
    }
}
