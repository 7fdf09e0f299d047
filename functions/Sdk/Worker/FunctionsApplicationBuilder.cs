using Functions.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Microsoft.Azure.Functions.Worker
{
    /// <summary>Services and middleware of a function app.</summary>
    public interface IFunctionsWorkerApplicationBuilder
    {
        IServiceCollection Services { get; }

        IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware);
    }
}

namespace Microsoft.Azure.Functions.Worker.Builder
{
    /// <summary>Where a function app's Program begins.</summary>
    public static class FunctionsApplication
    {
        /// <exception cref="InvalidOperationException">The app was started without a host.</exception>
        public static FunctionsApplicationBuilder CreateBuilder(string[] args)
        {
            ArgumentNullException.ThrowIfNull(args);
            return new(LocalRuntime.Current ?? throw new InvalidOperationException(
                "A function app does not run by itself: a Functions host starts it. Use: dotnet run --project functions/LocalHost"));
        }
    }

    /// <summary>Collects a function app's services, settings and middleware.</summary>
    public sealed class FunctionsApplicationBuilder : IHostApplicationBuilder, IFunctionsWorkerApplicationBuilder
    {
        private readonly LocalRuntime _runtime;
        private readonly WebApplicationBuilder _web;
        private readonly List<Func<FunctionExecutionDelegate, FunctionExecutionDelegate>> _middleware = [];

        internal FunctionsApplicationBuilder(LocalRuntime runtime)
        {
            _runtime = runtime;
            _web = runtime.CreateBuilder();
        }

        public IServiceCollection Services => _web.Services;

        public IConfigurationManager Configuration => _web.Configuration;

        public ILoggingBuilder Logging => _web.Logging;

        public IHostEnvironment Environment => _web.Environment;

        public IMetricsBuilder Metrics => _web.Metrics;

        IDictionary<object, object> IHostApplicationBuilder.Properties => ((IHostApplicationBuilder)_web).Properties;

        public IFunctionsWorkerApplicationBuilder Use(Func<FunctionExecutionDelegate, FunctionExecutionDelegate> middleware)
        {
            ArgumentNullException.ThrowIfNull(middleware);
            _middleware.Add(middleware);
            return this;
        }

        public IHost Build()
        {
            _runtime.Complete(_web);
            var app = _web.Build();
            _runtime.Attach(app, Pipeline);
            return app;
        }

        void IHostApplicationBuilder.ConfigureContainer<TContainerBuilder>(
            IServiceProviderFactory<TContainerBuilder> factory, Action<TContainerBuilder>? configure) =>
            ((IHostApplicationBuilder)_web).ConfigureContainer(factory, configure);

        private FunctionExecutionDelegate Pipeline(FunctionExecutionDelegate function) =>
            _middleware.AsEnumerable().Reverse().Aggregate(function, static (next, middleware) => middleware(next));
    }

    /// <summary>ASP.NET Core integration of a function app.</summary>
    public static class FunctionsApplicationBuilderAspNetCoreExtensions
    {
        /// <summary>
        /// HTTP functions take <c>HttpRequest</c> and return <c>IActionResult</c> or <c>IResult</c>. The local host always works this way.
        /// </summary>
        public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder)
        {
            ArgumentNullException.ThrowIfNull(builder);
            return builder;
        }
    }
}
