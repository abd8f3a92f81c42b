// Vault's core and API with a file as storage, key/value secrets and sign-in by Kubernetes' tokens: the published
// program brings every cloud's plugins too.
package main

import (
	"flag"
	"net/http"
	"os"

	kubernetes "github.com/hashicorp/vault-plugin-auth-kubernetes"
	kv "github.com/hashicorp/vault-plugin-secrets-kv"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/vault/command/server"
	"github.com/hashicorp/vault/helper/metricsutil"
	vaulthttp "github.com/hashicorp/vault/http"
	"github.com/hashicorp/vault/internalshared/configutil"
	"github.com/hashicorp/vault/sdk/helper/consts"
	"github.com/hashicorp/vault/sdk/logical"
	"github.com/hashicorp/vault/sdk/physical/file"
	"github.com/hashicorp/vault/vault"
)

func main() {
	address := flag.String("address", "127.0.0.1:8200", "where it listens, without TLS")
	folder := flag.String("storage", "", "folder of its data")
	flag.Parse()
	logger := hclog.New(&hclog.LoggerOptions{Name: "vault", Level: hclog.Info})
	storage, err := file.NewFileBackend(map[string]string{"path": *folder}, logger)
	end(logger, err)
	core, err := vault.NewCore(&vault.CoreConfig{
		Physical:           storage,
		StorageType:        "file",
		LogicalBackends:    map[string]logical.Factory{"kv": kv.Factory},
		CredentialBackends: map[string]logical.Factory{"kubernetes": kubernetes.Factory},
		BuiltinRegistry:    builtin{},
		RawConfig:          &server.Config{SharedConfig: &configutil.SharedConfig{DisableMlock: true}},
		RedirectAddr:       "http://" + *address,
		DisableMlock:       true,
		Logger:             logger,
		MetricSink:         metricsutil.BlackholeSink(),
	})
	end(logger, err)
	handler := vaulthttp.Handler.Handler(&vault.HandlerProperties{
		Core:           core,
		ListenerConfig: &configutil.Listener{},
	})
	end(logger, http.ListenAndServe(*address, handler))
}

// builtin tells which plugins are compiled in.
type builtin struct{}

func (builtin) Contains(name string, kind consts.PluginType) bool {
	return (name == "kv" && kind == consts.PluginTypeSecrets) ||
		(name == "kubernetes" && kind == consts.PluginTypeCredential)
}

func (b builtin) Get(name string, kind consts.PluginType) (func() (interface{}, error), bool) {
	if !b.Contains(name, kind) {
		return nil, false
	}
	made := logical.Factory(kv.Factory)
	if name == "kubernetes" {
		made = kubernetes.Factory
	}
	return func() (interface{}, error) { return made, nil }, true
}

func (builtin) Keys(kind consts.PluginType) []string {
	switch kind {
	case consts.PluginTypeSecrets:
		return []string{"kv"}
	case consts.PluginTypeCredential:
		return []string{"kubernetes"}
	}
	return nil
}

func (b builtin) DeprecationStatus(name string, kind consts.PluginType) (consts.DeprecationStatus, bool) {
	return consts.Supported, b.Contains(name, kind)
}

func (builtin) IsBuiltinEntPlugin(string, consts.PluginType) bool {
	return false
}

func end(logger hclog.Logger, err error) {
	if err != nil {
		logger.Error(err.Error())
		os.Exit(1)
	}
}
